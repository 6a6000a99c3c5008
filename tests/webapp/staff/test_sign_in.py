"""The door of the desk: who gets in, with what, for how long, and how often one may err."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from tests.databases import on_both_databases
from tests.webapp.desk import (
    PASSWORD,
    Telephone,
    a_member,
    number_of,
    signed_in,
    take_in,
    with_code,
    with_password,
)
from tests.webapp.shopping import a_colleague, a_shopper, database_of
from webapp import clock
from webapp.customers import staff_member, staff_recovery_code, staff_session
from webapp.customers.staff_act import StaffAct
from webapp.customers.staff_member import StaffMember
from webapp.staff import sign_in

RIGHT = {"email": "desk@example.com", "password": PASSWORD}
WRONG = RIGHT | {"password": "guess"}


@pytest.fixture
def telephone(app: Flask) -> Telephone:
    return a_member(app)


@pytest.fixture
def colleague(app: Flask) -> FlaskClient:
    return a_colleague(app)


def try_from(app: Flask, address: str, entries: dict[str, str]) -> TestResponse:
    return a_shopper(app).post("/staff/sign-in", data=entries, environ_overrides={"REMOTE_ADDR": address})


def acts(app: Flask) -> list[StaffAct]:
    with database_of(app).reading() as session:
        found = list(session.exec(select(StaffAct).order_by(col(StaffAct.id))))
        session.expunge_all()
        return found


def test_passwords_are_kept_as_argon2id_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_member, "hasher", PasswordHasher())
    assert staff_member.hashed("a long password").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


# The password


@on_both_databases
def test_wrong_tries_are_counted_and_the_door_says_when_to_come_back(
    app: Flask, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    for _ in range(10):
        assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=2, seconds=30))
    for entries in (WRONG, RIGHT, WRONG | {"email": "other@example.com"}):
        answer = try_from(app, "203.0.113.9", entries)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "150"
        assert "You can try again in 3 minutes." in answer.text
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=5))
    assert try_from(app, "203.0.113.9", RIGHT).status_code == 303


def test_a_stranger_who_guesses_keeps_no_colleague_out(app: Flask, telephone: Telephone) -> None:
    for _ in range(sign_in.TRIES_FOR_AN_ADDRESS + 10):
        last = try_from(app, "203.0.113.9", WRONG)
    assert last.status_code == 429
    assert try_from(app, "198.51.100.1", RIGHT).status_code == 303


def test_all_addresses_of_one_home_count_together(app: Flask, telephone: Telephone) -> None:
    for number in range(10):
        assert try_from(app, f"2001:db8:1:2::{number}", WRONG).status_code == 422
    assert try_from(app, "2001:db8:1:2:ffff::1", RIGHT).status_code == 429
    assert try_from(app, "2001:db8:1:3::1", RIGHT).status_code == 303


def test_many_places_that_guess_together_are_stopped_too(
    app: Flask, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "TRIES_FOR_AN_ADDRESS", 12)
    for number in range(12):
        assert try_from(app, f"203.0.113.{number}", WRONG).status_code == 422
    assert try_from(app, "203.0.113.99", WRONG | {"email": " Desk@Example.com"}).status_code == 429
    assert try_from(app, "203.0.113.99", WRONG | {"email": "other@example.com"}).status_code == 422


def test_a_right_password_counts_for_nothing_and_clears_no_guesses(app: Flask, telephone: Telephone) -> None:
    for _ in range(9):
        assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    for _ in range(3):
        assert try_from(app, "203.0.113.9", RIGHT).status_code == 303
    assert try_from(app, "203.0.113.9", WRONG).status_code == 422
    assert try_from(app, "203.0.113.9", RIGHT).status_code == 429


# The second step


def test_a_password_alone_opens_nothing(app: Flask, telephone: Telephone) -> None:
    visitor = a_shopper(app)
    assert with_password(visitor).location == "/staff/sign-in/second-step"
    assert visitor.get("/staff/orders").status_code == 303
    assert visitor.post("/staff/calendar/holidays").status_code == 401
    # Nor does it lead to an app of one's own where there is one already.
    assert visitor.get("/staff/sign-in/authenticator").location == "/staff/sign-in/second-step"


@on_both_databases
@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_code_of_now_just_before_and_just_after_lets_in_once(
    app: Flask, telephone: Telephone, steps: int
) -> None:
    code = telephone.code(steps=steps)
    visitor = a_shopper(app)
    with_password(visitor)
    assert with_code(visitor, f" {code[:3]} {code[3:]} ").location == "/staff/"
    assert visitor.get("/staff/orders").status_code == 200
    thief = a_shopper(app)
    with_password(thief)
    answer = with_code(thief, code)
    assert answer.status_code == 422
    assert "This code was used already" in answer.text
    assert thief.get("/staff/orders").status_code == 303


@pytest.mark.parametrize("steps", [-3, 3])
def test_codes_of_other_times_do_not(app: Flask, telephone: Telephone, steps: int) -> None:
    visitor = a_shopper(app)
    with_password(visitor)
    assert with_code(visitor, telephone.code(steps=steps)).status_code == 422


def test_an_older_code_is_worth_nothing_after_a_newer_one(app: Flask, telephone: Telephone) -> None:
    signed_in(app, telephone)
    visitor = a_shopper(app)
    with_password(visitor)
    assert with_code(visitor, telephone.code(steps=-1)).status_code == 422
    assert with_code(visitor, telephone.code(steps=1)).status_code == 303


@on_both_databases
def test_the_same_form_sent_twice_lets_in_once(app: Flask, telephone: Telephone) -> None:
    visitor, code = a_shopper(app), telephone.code()
    with_password(visitor)
    door = visitor.get_cookie("lekalo")
    assert door
    assert with_code(visitor, code).status_code == 303
    again = a_shopper(app)
    again.set_cookie("lekalo", door.value)  # sent before the first answer came
    assert with_code(again, code).status_code == 303
    assert again.get("/staff/orders").status_code == 200
    with database_of(app).reading() as session:
        assert len(staff_session.living(session, number_of(app), at=clock.now())) == 1
    assert [act.act for act in acts(app)] == ["sign-in"]


@on_both_databases
def test_wrong_codes_are_counted_for_all_processes_together_and_recorded(
    app: Flask,
    new_app: Callable[..., Flask],
    telephone: Telephone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    processes = [app, new_app(database_url=database_of(app).url)]
    browsers = [a_shopper(each) for each in processes]
    for each in browsers:
        with_password(each)
    wrong = f"{(int(telephone.code()) + 1) % 10**6:06}"
    assert wrong not in (telephone.code(steps=1), telephone.code(steps=-1))
    for number in range(5):
        assert with_code(browsers[number % 2], wrong).status_code == 422
    for each in browsers:
        answer = with_code(each, telephone.code())
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "900"
    found = acts(app)
    assert [(act.act, act.after["reason"], act.address) for act in found] == [
        ("second-step-refused", "wrong", "127.0.0.1")
    ] * 5
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=15))
    again = a_shopper(app)
    with_password(again)
    assert with_code(again, telephone.code()).status_code == 303


def test_the_second_step_follows_the_first_within_minutes(
    app: Flask, telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, start = a_shopper(app), clock.now()
    with_password(visitor)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=11))
    assert with_code(visitor, telephone.code()).location == "/staff/sign-in"


def test_a_changed_password_undoes_a_first_step(app: Flask, telephone: Telephone) -> None:
    visitor = a_shopper(app)
    with_password(visitor)
    with database_of(app).writing() as session:
        staff_member.set_password(session, number_of(app), staff_member.hashed("another password"))
    assert with_code(visitor, telephone.code()).location == "/staff/sign-in"


# The first sign-in


@on_both_databases
def test_the_first_sign_in_sets_up_an_app_and_gives_recovery_codes(app: Flask) -> None:
    hashed = staff_member.hashed(PASSWORD)
    with database_of(app).writing() as session:
        staff_member.add(session, "new@example.com", "Nina", hashed, at=clock.now())
    visitor = a_shopper(app)
    assert with_password(visitor, "new@example.com").location == "/staff/sign-in/authenticator"
    assert visitor.get("/staff/orders").status_code == 303
    telephone, form = take_in(visitor.get("/staff/sign-in/authenticator"))
    answer = visitor.post("/staff/sign-in/authenticator", data=form | {"code": "12345"})
    assert answer.status_code == 422
    same, form = take_in(answer)
    assert same.app.secret == telephone.app.secret
    done = visitor.post("/staff/sign-in/authenticator", data=form | {"code": telephone.code()})
    page = visitor.get(done.location)
    codes = re.findall(r"data-recovery-code>([^<]+)<", page.text)
    assert len(set(codes)) == staff_recovery_code.CODES
    file = visitor.get("/staff/me/recovery-codes.txt")
    assert "attachment" in file.headers["Content-Disposition"]
    assert [line for line in file.text.splitlines() if line in codes] == codes
    visitor.post("/staff/me/recovery-codes/removal")
    assert visitor.get("/staff/me/recovery-codes").status_code == 303  # shown once
    assert visitor.get("/staff/me/recovery-codes.txt").status_code == 404
    with database_of(app).reading() as session:
        kept = session.exec(select(StaffMember)).one()
        assert telephone.app.secret not in kept.totp_sealed
        for row in session.exec(select(staff_recovery_code.StaffRecoveryCode)):
            assert row.code_hash not in codes
    # The digits that set it up are used up, too.
    thief = a_shopper(app)
    with_password(thief, "new@example.com")
    assert with_code(thief, telephone.code()).status_code == 422


def test_nobody_takes_in_the_secret_of_another(app: Flask, telephone: Telephone) -> None:
    hashed = staff_member.hashed(PASSWORD)
    with database_of(app).writing() as session:
        for email in ("new@example.com", "newer@example.com"):
            staff_member.add(session, email, "Nina", hashed, at=clock.now())
    first, second = a_shopper(app), a_shopper(app)
    with_password(first, "new@example.com")
    with_password(second, "newer@example.com")
    app_of_first, form = take_in(first.get("/staff/sign-in/authenticator"))
    answer = second.post("/staff/sign-in/authenticator", data=form | {"code": app_of_first.code()})
    assert answer.status_code == 422
    assert second.get("/staff/orders").status_code == 303


# Recovery codes and keys


@on_both_databases
def test_a_recovery_code_lets_in_once_however_it_is_typed(app: Flask, telephone: Telephone) -> None:
    codes = staff_recovery_code.new_codes()
    with database_of(app).writing() as session:
        staff_recovery_code.replace(session, number_of(app), codes)
    for number, status in ((0, 303), (0, 422), (1, 303)):
        visitor = a_shopper(app)
        with_password(visitor)
        typed = {"recovery_code": codes[number].lower().replace("-", " ")}
        assert visitor.post("/staff/sign-in/second-step", data=typed).status_code == status
    assert [(act.act, act.after.get("recovery_codes")) for act in acts(app)] == [
        ("recovery-code", 9),
        ("sign-in", None),
        ("second-step-refused", None),
        ("recovery-code", 8),
        ("sign-in", None),
    ]


def test_a_changed_signing_key_is_told_and_a_recovery_code_leads_out(
    app: Flask, new_app: Callable[..., Flask], telephone: Telephone
) -> None:
    codes = staff_recovery_code.new_codes()
    with database_of(app).writing() as session:
        staff_recovery_code.replace(session, number_of(app), codes)
    other = new_app(database_url=database_of(app).url, secret_key="another key")
    visitor = a_shopper(other)
    with_password(visitor)
    page = visitor.get("/staff/sign-in/second-step").text
    assert "signing key was changed" in page
    assert with_code(visitor, telephone.code()).status_code == 422
    answer = visitor.post("/staff/sign-in/second-step", data={"recovery_code": codes[0]})
    assert answer.location == "/staff/me"
    assert "signing key was changed" in visitor.get("/staff/me").text
    fresh, form = take_in(visitor.get("/staff/me/authenticator"))
    assert visitor.post("/staff/me/authenticator", data=form | {"code": fresh.code()}).status_code == 303
    again = a_shopper(other)
    with_password(again)
    assert with_code(again, fresh.code(steps=1)).status_code == 303


def test_new_recovery_codes_make_the_old_ones_worthless(app: Flask, telephone: Telephone) -> None:
    codes = staff_recovery_code.new_codes()
    with database_of(app).writing() as session:
        staff_recovery_code.replace(session, number_of(app), codes)
    colleague = signed_in(app, telephone)
    page = colleague.get(colleague.post("/staff/me/recovery-codes").location)
    fresh = re.findall(r"data-recovery-code>([^<]+)<", page.text)
    with database_of(app).writing() as session:
        assert not staff_recovery_code.use(session, number_of(app), codes[0], at=clock.now())
        assert staff_recovery_code.use(session, number_of(app), fresh[0], at=clock.now())


# The demo


def test_the_demo_owner_gets_in_with_a_password_while_the_site_is_a_demo_and_never_else(
    app: Flask, new_app: Callable[..., Flask]
) -> None:
    demo = new_app(demo=True, database_url=database_of(app).url)
    a_member(app, "demo@example.com", is_demo=True)
    visitor = a_shopper(demo)
    assert with_password(visitor, "demo@example.com").location == "/staff/"
    assert visitor.get("/staff/orders").status_code == 200
    # The same account, database and key, but no demo any more: the session is worth nothing, nor is the password.
    cookie = visitor.get_cookie("lekalo")
    assert cookie
    outside = a_shopper(app)
    outside.set_cookie("lekalo", cookie.value)
    assert outside.get("/staff/orders").status_code == 303
    stranger = a_shopper(app)
    answer = with_password(stranger, "demo@example.com")
    assert answer.status_code == 422
    assert "sign-in of the demo" in answer.text
    for page in ("/staff/sign-in/second-step", "/staff/sign-in/authenticator"):
        assert stranger.get(page).location == "/staff/sign-in"


def test_in_a_demo_other_people_need_their_app_all_the_same(new_app: Callable[..., Flask]) -> None:
    demo = new_app(demo=True)
    a_member(demo)
    visitor = a_shopper(demo)
    assert with_password(visitor).location == "/staff/sign-in/second-step"
    assert visitor.get("/staff/orders").status_code == 303


def test_a_demo_owner_with_an_app_is_asked_for_it(new_app: Callable[..., Flask]) -> None:
    demo = new_app(demo=True)
    a_member(demo, "demo@example.com", is_demo=True)
    visitor = a_shopper(demo)
    with_password(visitor, "demo@example.com")
    fresh, form = take_in(visitor.get("/staff/me/authenticator"))
    visitor.post("/staff/me/authenticator", data=form | {"code": fresh.code()})
    assert with_password(a_shopper(demo), "demo@example.com").location == "/staff/sign-in/second-step"


# Being in


def test_after_signing_in_the_page_that_was_wanted_opens(app: Flask, telephone: Telephone) -> None:
    visitor = a_shopper(app)
    data = RIGHT | {"email": " Desk@Example.com "}
    second = visitor.post("/staff/sign-in?next=/staff/orders/1234-5678", data=data).location
    assert visitor.post(second, data={"code": telephone.code()}).location == "/staff/orders/1234-5678"
    other = a_shopper(app)
    second = other.post("/staff/sign-in?next=//evil.example/", data=data).location
    assert other.post(second, data={"code": telephone.code(steps=1)}).location == "/staff/"


def test_signing_out_ends_it_on_our_side_too(app: Flask, colleague: FlaskClient) -> None:
    assert colleague.get("/staff/orders").status_code == 200
    kept = colleague.get_cookie("lekalo")
    colleague.post("/staff/sign-out")
    assert colleague.get("/staff/orders").status_code == 303
    assert kept
    colleague.set_cookie("lekalo", kept.value)
    assert colleague.get("/staff/orders").status_code == 303


def test_a_sign_in_lasts_for_a_shift(colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in_at = clock.now()
    for later, status in ((timedelta(hours=11), 200), (timedelta(hours=13), 303)):
        monkeypatch.setattr(clock, "now", lambda later=later: signed_in_at + later)
        assert colleague.get("/staff/orders").status_code == status


def test_a_new_password_on_the_command_line_ends_every_session(app: Flask, colleague: FlaskClient) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["staff", "add", "desk@example.com", "--password", "another password"])
    assert result.exit_code == 0, result.output
    assert colleague.get("/staff/orders").status_code == 303


def test_a_sign_in_is_recorded_with_where_from(app: Flask, telephone: Telephone) -> None:
    visitor = a_shopper(app)
    visitor.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    visitor.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0"
    with_password(visitor)
    with_code(visitor, telephone.code())
    [act] = acts(app)
    assert (act.act, act.thing, act.thing_id) == ("sign-in", "staff", str(number_of(app)))
    assert act.address == "203.0.113.7"
    assert act.after == {"device": "Firefox, Linux", "second_step": "app"}
    assert act.session_id


@on_both_databases
def test_sign_ins_are_forgotten_a_month_after_they_ended(app: Flask) -> None:
    first, second, at = a_colleague(app), a_colleague(app, "second@example.com"), clock.now()
    first.post("/staff/sign-out")
    with database_of(app).writing() as session:
        staff_session.sweep(session, before=at - timedelta(days=30))
        assert len(session.exec(select(staff_session.StaffSession)).all()) == 2
        staff_session.sweep(session, before=at + timedelta(seconds=1))
        [left] = session.exec(select(staff_session.StaffSession)).all()
        assert left.staff_member_id == number_of(app, "second@example.com")
    assert second.get("/staff/me").status_code == 200
