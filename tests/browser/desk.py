"""A member of staff at the desk in a browser, without the walk through the door that has a journey of its own."""

import secrets
import time
from collections.abc import Iterable
from datetime import timedelta

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update
from sqlmodel import col, select

from webapp import clock
from webapp.customers import staff_member, staff_session
from webapp.customers.staff_role import Role
from webapp.customers.staff_session import StaffSession


def sign_in(
    context: BrowserContext,
    shop: Flask,
    base_url: str,
    email: str = "desk@example.com",
    roles: Iterable[Role] = (Role.OWNER,),
    name: str = "Vera",
) -> None:
    """From now on whoever has this browser is at the desk, and has typed their code a moment ago."""
    token, at = secrets.token_urlsafe(32), clock.now()
    with shop.extensions["lekalo.database"].writing() as session:
        member = staff_member.add(session, email, name, "no password", at=at, roles=roles)
        staff_session.start(session, member, token, device="Chrome, Linux", address="127.0.0.1", at=at)
    sealed = shop.session_interface.get_signing_serializer(shop)  # type: ignore[attr-defined]
    context.add_cookies([{"name": "lekalo", "value": sealed.dumps({"_user_id": token}), "url": base_url}])


def minutes_pass(shop: Flask, minutes: int) -> None:
    """All codes that were typed were typed so much earlier."""
    with shop.extensions["lekalo.database"].writing() as session:
        for one in session.exec(select(StaffSession)).all():
            earlier = one.proven_at - timedelta(minutes=minutes)
            session.execute(
                update(StaffSession).where(col(StaffSession.id) == one.id).values(proven_at=earlier)
            )


def seen(page: Page, javascript: bool, what: str) -> None:
    """Waits for something that the worker brings about: it comes by itself, or by the page's own refresh."""
    if not javascript:
        until = time.monotonic() + 60
        while not page.locator(what).count() and time.monotonic() < until:
            page.wait_for_timeout(300)
            page.reload()
    expect(page.locator(what).first).to_be_visible(timeout=60_000)
