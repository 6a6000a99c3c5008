"""Acts that ask for a code once more: only after a while, once for all of them, and with the form carried along."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.desk import PASSWORD, Telephone, a_member, signed_in, with_password
from tests.webapp.desk import number_of as number_of_staff
from tests.webapp.shopping import a_bicycle, a_placed_order, a_shopper, database_of, number_of, publish
from webapp import clock
from webapp.customers import staff_session
from webapp.customers.staff_invitation import StaffInvitation
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import Role
from webapp.sales.payment import Payment
from webapp.sales.refund import Refund
from webapp.staff.step_up import CODE
from webapp.staff.step_up import PASSWORD as PASSWORD_FIELD


@pytest.fixture
def telephone(app: Flask) -> Telephone:
    return a_member(app)


@pytest.fixture
def colleague(app: Flask, telephone: Telephone) -> FlaskClient:
    return signed_in(app, telephone)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets minutes pass."""
    start = clock.now()

    def pass_by(minutes: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=minutes))

    return pass_by


@pytest.fixture
def refund(app: Flask, colleague: FlaskClient) -> str:
    """The address of giving back money of a paid order."""
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    number = number_of(shopper, a_placed_order(shopper))
    colleague.post(f"/staff/orders/{number}/payments")
    with database_of(app).reading() as session:
        [payment] = session.exec(select(Payment)).all()
    return f"/staff/orders/{number}/payments/{payment.id}/refunds"


def refunds(app: Flask) -> list[int]:
    with database_of(app).reading() as session:
        return [one.amount for one in session.exec(select(Refund))]


def carried(page: str) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


FORM = {"token": "r" * 20, "amount": "100", "reason": "goodwill", "note": "said “sorry” & <more>"}


def test_right_after_a_code_nothing_is_asked(app: Flask, colleague: FlaskClient, refund: str) -> None:
    assert colleague.post(refund, data=FORM).status_code == 303
    assert refunds(app) == [10000]


@on_both_databases
def test_later_a_code_is_asked_and_what_was_typed_is_acted_upon(
    app: Flask, colleague: FlaskClient, refund: str, telephone: Telephone, later: Callable[[int], None]
) -> None:
    later(11)
    page = colleague.post(refund, data=FORM)
    assert page.status_code == 401
    assert "data-step-up" in page.text
    assert f'action="{refund}"' in page.text
    assert carried(page.text) == FORM
    assert refunds(app) == []
    wrong = colleague.post(refund, data=carried(page.text) | {CODE: "000000"})
    assert wrong.status_code == 422
    assert carried(wrong.text) == FORM
    assert refunds(app) == []
    right = carried(wrong.text) | {CODE: telephone.code()}
    assert colleague.post(refund, data=right).status_code == 303
    assert refunds(app) == [10000]
    assert colleague.post(refund, data=right).status_code == 303  # sent twice
    assert refunds(app) == [10000]
    # One code is enough for a while.
    later(20)
    assert colleague.post(refund, data=FORM | {"token": "s" * 20}).status_code == 303
    assert refunds(app) == [10000, 10000]


def test_the_code_of_the_sign_in_does_not_do_again(
    app: Flask, colleague: FlaskClient, refund: str, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.customers.colleague.FRESH", timedelta(0))
    soon = clock.now() + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: soon)
    with database_of(app).reading() as session:
        step = session.exec(select(StaffMember.totp_step)).one()  # another one may have begun meanwhile
    answer = colleague.post(refund, data=FORM | {CODE: telephone.app.generate_otp(step)})
    assert answer.status_code == 422
    assert "This code was used already" in answer.text


def test_wrong_codes_are_limited_here_too(
    app: Flask, colleague: FlaskClient, refund: str, telephone: Telephone, later: Callable[[int], None]
) -> None:
    later(11)
    for _ in range(5):
        assert colleague.post(refund, data=FORM | {CODE: "12345"}).status_code == 422
    answer = colleague.post(refund, data=FORM | {CODE: telephone.code()})
    assert answer.status_code == 429
    assert carried(answer.text) == FORM
    assert refunds(app) == []


def test_a_page_is_opened_after_the_code(
    colleague: FlaskClient, telephone: Telephone, later: Callable[[int], None]
) -> None:
    later(11)
    page = colleague.get("/staff/me/authenticator")
    assert page.status_code == 401
    action = re.search(r'action="(/staff/step-up[^"]+)"', page.text)
    assert action
    answer = colleague.post(html.unescape(action[1]), data={CODE: telephone.code()})
    assert answer.location == "/staff/me/authenticator"
    assert colleague.get(answer.location).status_code == 200


def test_the_code_never_leads_elsewhere(
    colleague: FlaskClient, telephone: Telephone, later: Callable[[int], None]
) -> None:
    later(11)
    answer = colleague.post("/staff/step-up?next=https://evil.example/", data={CODE: telephone.code()})
    assert answer.location == "/staff/"


def test_htmx_is_shown_the_question_where_the_page_was(
    colleague: FlaskClient, refund: str, later: Callable[[int], None]
) -> None:
    later(11)
    answer = colleague.post(refund, data=FORM, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.headers["HX-Retarget"] == "#main"
    assert "<html" not in answer.text
    assert carried(answer.text) == FORM


def test_the_demo_types_its_password(new_app: Callable[..., Flask], later: Callable[[int], None]) -> None:
    demo = new_app(demo=True)
    a_member(demo, "demo@example.com", is_demo=True)
    visitor = a_shopper(demo)
    with_password(visitor, "demo@example.com")
    later(11)
    asked = {"email": "new@example.com", "roles": "editor", "language": "en"}
    page = visitor.post("/staff/colleagues/invitations", data=asked)
    assert page.status_code == 401
    form = carried(page.text)
    answer = visitor.post("/staff/colleagues/invitations", data=form | {PASSWORD_FIELD: "wrong"})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    answer = visitor.post("/staff/colleagues/invitations", data=form | {PASSWORD_FIELD: PASSWORD})
    assert answer.status_code == 303


def test_whoever_has_an_app_cannot_step_up_with_a_password(
    colleague: FlaskClient, refund: str, later: Callable[[int], None]
) -> None:
    later(11)
    assert colleague.post(refund, data=FORM | {PASSWORD_FIELD: PASSWORD}).status_code == 422


def test_invitations_and_sign_ins_of_others_are_touched_with_a_code_only(
    app: Flask, colleague: FlaskClient, telephone: Telephone, later: Callable[[int], None]
) -> None:
    invited = {"email": "new@example.com", "roles": "editor", "language": "en"}
    assert colleague.post("/staff/colleagues/invitations", data=invited).status_code == 303
    nina = signed_in(app, a_member(app, "nina@example.com", [Role.EDITOR]), "nina@example.com")
    with database_of(app).reading() as session:
        invitation = session.exec(select(StaffInvitation.id)).one()
        [living] = staff_session.living(session, number_of_staff(app, "nina@example.com"), at=clock.now())
    nina_at = f"/staff/colleagues/{number_of_staff(app, 'nina@example.com')}"
    later(11)
    acts = [
        f"/staff/colleagues/invitations/{invitation}/letters",
        f"/staff/colleagues/invitations/{invitation}/withdrawal",
        f"{nina_at}/sessions/{living.id}/removal",
        f"{nina_at}/sessions/removal",
    ]
    for act in acts:
        answer = colleague.post(act)
        assert answer.status_code == 401, act
        assert f'action="{act}"' in answer.text
    assert nina.get("/staff/me").status_code == 200
    assert colleague.post(acts[2], data={CODE: telephone.code()}).status_code == 303
    assert nina.get("/staff/me").status_code == 303
    for act in (acts[0], acts[1], acts[3]):  # one code is enough for a while
        assert colleague.post(act).status_code == 303, act
