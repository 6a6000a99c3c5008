"""Coming, going and what one may do: invitations, roles, sessions, and the owner that is always left."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import on_both_databases
from tests.webapp.desk import PASSWORD, a_member, number_of, signed_in, take_in, with_code, with_password
from tests.webapp.shopping import a_colleague, a_shopper, database_of
from webapp import clock
from webapp.customers import staff_invitation, staff_member, staff_session
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_invitation import StaffInvitation
from webapp.customers.staff_member import LastOwner, StaffMember
from webapp.customers.staff_role import Role
from webapp.outbox import OutboxLetter

INVITED = {"email": " Nina@Example.com", "roles": ["editor", "production"], "language": "ru"}


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return a_colleague(app, "owner@example.com")


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    return a_colleague(app, "editor@example.com", roles=[Role.EDITOR])


def letters(app: Flask) -> list[OutboxLetter]:
    with database_of(app).reading() as session:
        found = list(session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id))))
        session.expunge_all()
        return found


def link_of(letter: OutboxLetter) -> str:
    found = re.search(r"/staff/invitations/\S+", letter.text)
    assert found
    return found[0]


def acts(app: Flask) -> list[tuple[str, str]]:
    with database_of(app).reading() as session:
        return [
            (act.staff_name, act.act) for act in session.exec(select(StaffAct).order_by(col(StaffAct.id)))
        ]


def roles_of(app: Flask, email: str) -> tuple[Role, ...]:
    with database_of(app).reading() as session:
        member = staff_member.by_email(session, email)
        assert member
        return member.roles


# Invitations


@on_both_databases
def test_an_invited_person_chooses_name_password_and_app_and_has_the_roles_chosen_for_them(
    app: Flask, owner: FlaskClient
) -> None:
    assert owner.post("/staff/colleagues/invitations", data=INVITED).status_code == 303
    [letter] = letters(app)
    assert (letter.recipient, letter.language, letter.secret) == ("nina@example.com", "ru", True)
    link = link_of(letter)
    with database_of(app).reading() as session:
        kept = session.exec(select(StaffInvitation)).one()
        assert kept.link_hash not in link
    nina = a_shopper(app)
    assert "Vera has invited nina@example.com" in nina.get(link).text
    form = {"name": "Nina", "password": PASSWORD, "again": "something else"}
    answer = nina.post(link, data=form)
    assert answer.status_code == 422
    assert 'value="Nina"' in answer.text
    short = nina.post(link, data=form | {"password": "short", "again": "short"})
    assert "at least 10 characters" in short.text
    answer = nina.post(link, data=form | {"again": PASSWORD})
    assert answer.location == "/staff/sign-in/authenticator"
    telephone, sealed = take_in(nina.get(answer.location))
    nina.post(answer.location, data=sealed | {"code": telephone.code()})
    assert roles_of(app, "nina@example.com") == (Role.EDITOR, Role.PRODUCTION)
    assert nina.get("/staff/production").status_code == 200
    assert nina.get("/staff/colleagues").status_code == 403
    # Once and no more.
    assert a_shopper(app).get(link).status_code == 410
    assert a_shopper(app).post(link, data=form | {"again": PASSWORD}).status_code == 410
    assert acts(app) == [
        ("Vera", "invited"),
        ("Nina", "joined"),
        ("Nina", "authenticator"),
        ("Nina", "sign-in"),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email": "nobody"}, "This is not an e-mail address."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["king"]}, "not a valid choice"),
        ({"email": "owner@example.com"}, "They work here already."),
    ],
)
def test_a_faulty_invitation_is_not_sent(
    app: Flask, owner: FlaskClient, wrong: dict[str, object], told: str
) -> None:
    answer = owner.post("/staff/colleagues/invitations", data=INVITED | wrong)
    assert answer.status_code == 422
    assert told in answer.text.replace("&#39;", "'")
    assert letters(app) == []


def test_an_invitation_runs_out_after_seven_days(
    app: Flask, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.post("/staff/colleagues/invitations", data=INVITED)
    link, start = link_of(letters(app)[0]), clock.now()
    for days, status in ((6, 200), (8, 410)):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        assert a_shopper(app).get(link).status_code == status


@on_both_databases
def test_sent_again_it_has_another_link_and_withdrawn_it_has_none(app: Flask, owner: FlaskClient) -> None:
    owner.post("/staff/colleagues/invitations", data=INVITED)
    with database_of(app).reading() as session:
        number = session.exec(select(StaffInvitation.id)).one()
    assert owner.post(f"/staff/colleagues/invitations/{number}/letters").status_code == 303
    first, second = map(link_of, letters(app))
    assert a_shopper(app).get(first).status_code == 410
    assert a_shopper(app).get(second).status_code == 200
    assert owner.post(f"/staff/colleagues/invitations/{number}/withdrawal").status_code == 303
    assert a_shopper(app).get(second).status_code == 410
    assert owner.post(f"/staff/colleagues/invitations/{number}/letters").status_code == 404
    assert [act for _name, act in acts(app)] == ["invited", "sent-again", "withdrawn"]


def test_a_second_invitation_of_the_same_person_replaces_the_first(app: Flask, owner: FlaskClient) -> None:
    for _ in range(2):
        owner.post("/staff/colleagues/invitations", data=INVITED)
    first, second = map(link_of, letters(app))
    assert a_shopper(app).get(first).status_code == 410
    assert a_shopper(app).get(second).status_code == 200
    with database_of(app).reading() as session:
        assert len(staff_invitation.unanswered(session)) == 1


def test_who_was_here_before_comes_back_by_invitation_without_the_old_telephone(
    app: Flask, owner: FlaskClient
) -> None:
    a_member(app, "nina@example.com", [Role.OWNER])
    owner.post(f"/staff/colleagues/{number_of(app, 'nina@example.com')}/leaving")
    owner.post("/staff/colleagues/invitations", data=INVITED)
    nina, link = a_shopper(app), link_of(letters(app)[0])
    form = {"name": "Nina", "password": "another password", "again": "another password"}
    assert nina.post(link, data=form).location == "/staff/sign-in/authenticator"
    assert nina.get("/staff/sign-in/authenticator").status_code == 200
    assert roles_of(app, "nina@example.com") == (Role.EDITOR, Role.PRODUCTION)


# Roles, leaving, coming back


@on_both_databases
def test_changed_roles_hold_at_once_and_are_recorded(
    app: Flask, owner: FlaskClient, editor: FlaskClient
) -> None:
    number = number_of(app, "editor@example.com")
    assert editor.get("/staff/letters").status_code == 403
    answer = owner.post(f"/staff/colleagues/{number}/roles", data={"roles": ["relationship", "editor"]})
    assert answer.status_code == 303
    assert editor.get("/staff/letters").status_code == 200
    with database_of(app).reading() as session:
        act = session.exec(select(StaffAct)).one()
    assert (act.act, act.before["roles"], act.after["roles"]) == (
        "roles",
        ["editor"],
        ["editor", "relationship"],
    )
    page = owner.get(f"/staff/colleagues/{number}").text
    assert "<del>Catalogue</del>" in page
    assert "<ins>Catalogue, Customers and orders</ins>" in page


@on_both_databases
def test_who_leaves_is_signed_out_at_once_and_may_come_back(app: Flask, owner: FlaskClient) -> None:
    telephone = a_member(app, "nina@example.com", [Role.EDITOR])
    nina, number = signed_in(app, telephone, "nina@example.com"), number_of(app, "nina@example.com")
    assert owner.post(f"/staff/colleagues/{number}/leaving").status_code == 303
    assert nina.get("/staff/me").status_code == 303
    assert with_password(a_shopper(app), "nina@example.com").status_code == 422
    assert owner.post(f"/staff/colleagues/{number}/return").status_code == 303
    visitor = a_shopper(app)
    assert with_password(visitor, "nina@example.com").status_code == 303
    assert with_code(visitor, telephone.code(steps=1)).status_code == 303
    assert roles_of(app, "nina@example.com") == (Role.EDITOR,)


@pytest.mark.parametrize("act", ["roles", "leaving"])
def test_the_last_owner_stays(app: Flask, owner: FlaskClient, editor: FlaskClient, act: str) -> None:
    number = number_of(app, "owner@example.com")
    answer = owner.post(f"/staff/colleagues/{number}/{act}", data={"roles": "editor"})
    assert answer.status_code == 409
    assert "somebody has to be the owner" in answer.text
    assert owner.get("/staff/colleagues").status_code == 200
    assert acts(app) == []
    a_colleague(app, "other@example.com")
    assert owner.post(f"/staff/colleagues/{number}/{act}", data={"roles": "editor"}).status_code == 303


def test_the_demo_owner_is_no_owner_outside_the_demo(app: Flask, owner: FlaskClient) -> None:
    a_member(app, "demo@example.com", is_demo=True)
    number = number_of(app, "owner@example.com")
    assert owner.post(f"/staff/colleagues/{number}/leaving").status_code == 409


@on_both_databases
def test_two_owners_who_take_each_other_away_at_once_leave_one(app: Flask) -> None:
    for name in ("a", "b"):
        a_colleague(app, f"{name}@example.com")
    numbers = [number_of(app, f"{name}@example.com") for name in ("a", "b")]
    refused: list[int] = []
    start = threading.Barrier(2)

    def take_away(number: int) -> None:
        start.wait()
        try:
            with database_of(app).writing() as session:
                staff_member.leave(session, number, at=clock.now(), is_demo=False)
        except LastOwner:
            refused.append(number)

    threads = [threading.Thread(target=take_away, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with database_of(app).reading() as session:
        left = session.exec(select(StaffMember).where(col(StaffMember.left_at).is_(None))).all()
        assert [one.id for one in left] == refused


def test_an_app_taken_away_is_set_up_anew_at_the_next_sign_in(app: Flask, owner: FlaskClient) -> None:
    telephone = a_member(app, "nina@example.com", [Role.EDITOR])
    nina, number = signed_in(app, telephone, "nina@example.com"), number_of(app, "nina@example.com")
    owner.post(f"/staff/colleagues/{number}/authenticator/removal")
    assert nina.get("/staff/me").status_code == 303
    assert with_password(a_shopper(app), "nina@example.com").location == "/staff/sign-in/authenticator"


# Where one is signed in


@on_both_databases
def test_an_ended_session_is_over_at_once_in_every_process(
    app: Flask, new_app: Callable[..., Flask], owner: FlaskClient
) -> None:
    telephone = a_member(app, "nina@example.com", [Role.EDITOR])
    nina = signed_in(app, telephone, "nina@example.com")
    number = number_of(app, "nina@example.com")
    other = new_app(database_url=database_of(app).url)
    elsewhere, cookie = a_shopper(other), nina.get_cookie("lekalo")
    assert cookie
    elsewhere.set_cookie("lekalo", cookie.value)
    assert elsewhere.get("/staff/me").status_code == 200
    with database_of(app).reading() as session:
        [living] = staff_session.living(session, number, at=clock.now())
    assert owner.post(f"/staff/colleagues/{number}/sessions/{living.id}/removal").status_code == 303
    assert nina.get("/staff/me").status_code == 303
    assert elsewhere.get("/staff/me").status_code == 303
    assert ("Vera", "session-ended") in acts(app)


def test_my_page_lists_my_sessions_and_ends_one_or_all(app: Flask) -> None:
    first = a_colleague(app)
    with database_of(app).writing() as session:
        member = staff_member.by_email(session, "desk@example.com")
        assert member
        for name in ("one", "two"):
            staff_session.start(
                session, member, name, device=f"Browser {name}", address="203.0.113.5", at=clock.now()
            )
    page = first.get("/staff/me").text
    assert page.count("data-session=") == 3
    assert "Browser two" in page
    assert "203.0.113.5" in page
    other = re.findall(r'data-session="(\d+)"', page)[0]
    assert first.post(f"/staff/me/sessions/{other}/removal").status_code == 303
    assert first.get("/staff/me").text.count("data-session=") == 2
    stranger = a_colleague(app, "stranger@example.com")
    left = re.findall(r'data-session="(\d+)"', first.get("/staff/me").text)[0]
    assert stranger.post(f"/staff/me/sessions/{left}/removal").status_code == 404
    assert first.post("/staff/me/sessions/removal").location == "/staff/sign-in"
    assert first.get("/staff/me").status_code == 303


def test_a_session_says_when_and_from_where_it_was_used_last(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague, start = a_colleague(app), clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=5))
    colleague.get("/staff/orders", environ_overrides={"REMOTE_ADDR": "198.51.100.9"})
    with database_of(app).reading() as session:
        [kept] = staff_session.living(session, number_of(app), at=clock.now())
    assert kept.address == "198.51.100.9"
    assert kept.seen_at == start + timedelta(minutes=5)


def test_a_changed_password_signs_out_everywhere_else(app: Flask) -> None:
    telephone = a_member(app)
    here = signed_in(app, telephone)
    with database_of(app).writing() as session:
        member = staff_member.by_email(session, "desk@example.com")
        assert member
        staff_session.start(session, member, "elsewhere", device="", address="", at=clock.now())
    form = {"password": "guess", "new_password": "another password"}
    assert here.post("/staff/me/password", data=form).status_code == 422
    assert here.post("/staff/me/password", data=form | {"password": PASSWORD}).status_code == 303
    assert here.get("/staff/me").text.count("data-session=") == 1
    assert with_password(a_shopper(app)).status_code == 422


# What one sees


def test_a_page_that_is_not_theirs_says_so_and_what_to_do(app: Flask, owner: FlaskClient) -> None:
    production = a_colleague(app, "workshop@example.com", roles=[Role.PRODUCTION])
    answer = production.get("/staff/letters")
    assert answer.status_code == 403
    assert "desk-header" in answer.text
    assert "Customers and orders, Owner" in answer.text
    assert "ask an owner for the role: Vera" in answer.text


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        (Role.RELATIONSHIP, {"Orders", "Letters"}),
        (Role.PRODUCTION, {"Orders", "Production", "Calendar"}),
    ],
)
def test_the_navigation_names_the_rooms_of_the_role(app: Flask, role: Role, rooms: set[str]) -> None:
    colleague = a_colleague(app, roles=[role])
    page = colleague.get(colleague.get("/staff/").location).text
    navigation = page[page.index("desk-rooms") : page.index("desk-who")]
    named = set(re.findall(r'<a href="/staff/[a-z]+"[^>]*>([^<]+)</a>', navigation))
    assert rooms <= named
    assert not named & {"Colleagues", "Record"}
    for address in re.findall(r'<a href="(/staff/[a-z]+)"', navigation):
        assert colleague.get(address).status_code == 200


def test_production_staff_are_offered_no_money_and_no_cancelling(
    app: Flask,
) -> None:
    from tests.webapp.shopping import a_bicycle, a_placed_order, number_of, publish

    publish(app, a_bicycle())
    shopper = a_shopper(app)
    number = number_of(shopper, a_placed_order(shopper))
    owner, workshop = a_colleague(app), a_colleague(app, "w@example.com", roles=[Role.PRODUCTION])
    for person, seen in ((owner, True), (workshop, False)):
        page = person.get(f"/staff/orders/{number}").text
        assert (f"/staff/orders/{number}/payments" in page) is seen
        assert ("steps/cancellation" in page) is seen
    assert workshop.post(f"/staff/orders/{number}/steps/cancellation").status_code == 403
