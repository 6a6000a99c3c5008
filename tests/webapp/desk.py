"""Members of staff with their telephones, for tests that go through the door of the desk."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp.shopping import a_shopper, database_of
from webapp import clock, sealing
from webapp.customers import staff_member, staff_second_step
from webapp.customers.staff_role import Role

PASSWORD = "a long password"


class Telephone:
    """An authenticator app with one secret."""

    def __init__(self, secret: str) -> None:
        self.app = pyotp.TOTP(secret)

    def code(self, at: datetime | None = None, steps: int = 0) -> str:
        """What it shows, or showed or will show some steps away."""
        return self.app.at((at or clock.now()) + timedelta(seconds=staff_second_step.SECONDS * steps))


def a_member(
    app: Flask,
    email: str = "desk@example.com",
    roles: Iterable[Role] = (Role.OWNER,),
    *,
    name: str = "Vera",
    is_demo: bool = False,
) -> Telephone:
    """Somebody who may sign in, with an app; `is_demo`: without one."""
    hashed, secret = staff_member.hashed(PASSWORD), staff_second_step.new_secret()
    with database_of(app).writing() as session:
        member = staff_member.add(session, email, name, hashed, at=clock.now(), roles=roles, is_demo=is_demo)
        if not is_demo:
            about = staff_second_step.about(member.id or 0)
            sealed = sealing.seal(app.config["SECRET_KEY"], about, secret)
            staff_second_step.set_up(session, member, sealed, 0, at=clock.now())
    return Telephone(secret)


def number_of(app: Flask, email: str = "desk@example.com") -> int:
    """The number of a member of staff."""
    with database_of(app).reading() as session:
        found = staff_member.by_email(session, email)
        assert found
        assert found.id
        return found.id


def with_password(client: FlaskClient, email: str = "desk@example.com", **more: str) -> TestResponse:
    return client.post("/staff/sign-in", data={"email": email, "password": PASSWORD} | more)


def with_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/staff/sign-in/second-step", data={"code": code})


def signed_in(app: Flask, telephone: Telephone, email: str = "desk@example.com") -> FlaskClient:
    """A browser in which somebody went through the door."""
    client = a_shopper(app)
    assert with_password(client, email).status_code == 303
    answer = with_code(client, telephone.code())
    assert answer.status_code == 303, answer.text
    return client


def take_in(page: TestResponse) -> tuple[Telephone, dict[str, str]]:
    """What a telephone makes of the page that sets it up, and what the form carries along."""
    secret = re.search(r'data-secret="([A-Z2-7]+)"', page.text)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert secret
    assert sealed
    return Telephone(secret[1]), {"sealed": sealed[1]}
