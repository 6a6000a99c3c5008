"""A small shop to buy in: one family, a shopper, builds and orders at every stage of their life."""

import html
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.model import Family
from webapp import clock
from webapp.catalogues import version
from webapp.customers import customer, customer_session, staff_member, staff_session
from webapp.customers.staff_role import Role
from webapp.database import Database

CHOICES = "model=city&rack=rear"
ENTRIES = {
    "method": "carrier",
    "name": "Anna Muster",
    "email": "anna@example.com",
    "street": "Weg 1",
    "postcode": "10999",
    "city": "Berlin",
    "country": "DE",
    "confirm": "y",
    "accept": "y",
}


def texts(english: str, russian: str) -> dict[str, str]:
    return {"en": english, "ru": russian}


def a_bicycle(city: str = "500.00", without: str = "") -> Family:
    """Two models, two frames, a rack that one of the frames cannot carry."""

    def option(code: str, title: dict[str, str], price: int, lead_days: int = 0) -> dict[str, Any]:
        return {"code": code, "title": title, "price": price, "attributes": {"lead_days": lead_days}}

    def group(code: str, title: dict[str, str], *options: dict[str, Any], least: int = 1) -> dict[str, Any]:
        kept = [each for each in options if f"{code}.{each['code']}" != without]
        return {"code": code, "title": title, "step": "base", "min": least, "max": 1, "options": kept}

    return Family.model_validate(
        {
            "code": "bike",
            "title": texts("Bicycle", "Велосипед"),
            "currency": "EUR",
            "tax_percent": "19",
            "lead": {"base_days": 5, "combine": "largest"},
            "steps": [{"code": "base", "title": texts("Base", "Основа")}],
            "groups": [
                group(
                    "model",
                    texts("Model", "Модель"),
                    option("city", texts("City", "Городской"), int(city.replace(".", ""))),
                    option("gravel", texts("Gravel", "Гравийный"), 90000),
                ),
                group(
                    "frame",
                    texts("Frame", "Рама"),
                    option("steel", texts("Steel", "Сталь"), 0),
                    option("carbon", texts("Carbon", "Карбон"), 30000, 5),
                ),
                group(
                    "rack",
                    texts("Rack", "Багажник"),
                    option("rear", texts("Rear rack", "Задний багажник"), 5000),
                    option("front", texts("Front rack", "Передний багажник"), 4000),
                    least=0,
                ),
            ],
            "rules": [
                {
                    "code": "carbon-no-rear-rack",
                    "rule": "frame.carbon excludes rack.rear"
                    if without != "rack.rear"
                    else "frame.carbon or frame.steel",
                    "reason": texts("Carbon carries no rear rack.", "Карбон не держит задний багажник."),
                }
            ],
        }
    )


def publish(app: Flask, family: Family) -> None:
    with database_of(app).writing() as session:
        version.publish(session, family, author="tests", at=clock.now())


def database_of(app: Flask) -> Database:
    return app.extensions["lekalo.database"]


def a_shopper(app: Flask, language: str = "en") -> FlaskClient:
    """A browser of its own."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def hidden(page: TestResponse) -> dict[str, str]:
    """What the page's first form carries along."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    }


def a_saved_build(client: FlaskClient, name: str = "Mine", choices: str = CHOICES) -> str:
    """The private address of a build just saved."""
    page = client.get(f"/builds/new/bike?{choices}")
    entries = {"name": name, "place": "new"}
    answer = client.post(f"/builds/new/bike?{choices}", data=hidden(page) | entries)
    assert answer.status_code == 303, answer.text
    return answer.location


def share_link(client: FlaskClient, build: str) -> str:
    found = re.search(r"(/shared/[^\"]+)\"", client.get(build).text)
    assert found
    return found[1]


def the_form(client: FlaskClient, choices: str = CHOICES, **entries: str) -> dict[str, str]:
    """The checkout filled in, as its page was shown."""
    return hidden(client.get(f"/checkout/bike?{choices}")) | ENTRIES | entries


def checkout(client: FlaskClient, form: Mapping[str, str], choices: str = CHOICES) -> TestResponse:
    return client.post(f"/checkout/bike?{choices}", data=form)


def a_placed_order(client: FlaskClient, choices: str = CHOICES, **entries: str) -> str:
    """The private address of an order just placed."""
    answer = checkout(client, the_form(client, choices, **entries), choices)
    assert answer.status_code == 303, answer.text
    return answer.location


def number_of(client: FlaskClient, order: str) -> str:
    found = re.search(r'data-order="([^"]+)"', client.get(order).text)
    assert found
    return found[1]


def a_colleague(
    app: Flask, email: str = "desk@example.com", roles: Iterable[Role] = (Role.OWNER,)
) -> FlaskClient:
    """A member of staff at the desk, who has typed their code a moment ago."""
    token, at = secrets.token_urlsafe(32), clock.now()
    with database_of(app).writing() as session:
        member = staff_member.add(session, email, "Vera", "no password", at=at, roles=roles)
        staff_session.start(session, member, token, device="Firefox, Linux", address="127.0.0.1", at=at)
    client = a_shopper(app)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


def a_customer(app: Flask, email: str = "anna@example.com", language: str = "en") -> FlaskClient:
    """A browser in which somebody is signed in."""
    client = a_shopper(app, language)
    token = secrets.token_urlsafe(32)
    with database_of(app).writing() as session:
        who = customer.proven(session, email, language=language, at=clock.now())
        customer_session.start(session, who, token, "Firefox on Linux", at=clock.now())
    client.set_cookie(customer_session.COOKIE, token)
    return client
