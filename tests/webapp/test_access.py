"""Who is let in where: one row for each route and method, and none may be missing.

Each cell asks a route for a thing of the owner's (a customer who is signed in), as a guest who knows nothing of
it, as its owner, as another customer, and as a member of staff; a thing of its own for each cell. The answers are
what matters: 200 or 303 let in, 404 says that there is no such thing *for you*, 401 and the way to the door (303 to
`/staff/sign-in`) keep the desk closed. A 422 has been let in too: its form was not filled in.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.routing import Rule

from tests.webapp.relations.following import a_follower, a_news_item
from tests.webapp.relations.talking import a_thread, theirs
from tests.webapp.shopping import (
    CHOICES,
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    hidden,
    number_of,
    publish,
    share_link,
)
from webapp import clock, create_app, outbox, press
from webapp.catalogues import draft
from webapp.customers import customer, rights_request, staff_invitation, staff_member
from webapp.customers.colleague import Colleague
from webapp.customers.customer_session import CustomerSession
from webapp.customers.rights_request import RightsRequest
from webapp.customers.staff_role import EVERY_ROLE, Role
from webapp.outbox import Letter
from webapp.relations.card import errand
from webapp.relations.card.errand import Errand
from webapp.relations.importing import customer_import, customer_list
from webapp.relations.news import letter_key, subscriber, subscription
from webapp.relations.segments import segment
from webapp.relations.talk import message_picture, talk
from webapp.relations.talk.attachment import Picture
from webapp.sales.cart_line import CartLine
from webapp.sales.invoice import Invoice
from webapp.sales.key import Purpose, key_for
from webapp.sales.quote import Quote
from webapp.sales.watch import Watch
from webapp.settings import Settings
from webapp.staff.sign_in import OPEN_TO_ALL

HOMES = count(1)
ROLES = ("guest", "owner", "other customer", "staff")


class Owned:
    """What the owner has, made when a row asks for it."""

    def __init__(self, app: Flask, owner: FlaskClient) -> None:
        self.app, self.owner = app, owner

    @property
    def build(self) -> str:
        """The key of the private link of a kept build."""
        return a_saved_build(self.owner).removeprefix("/builds/")

    @property
    def shared(self) -> str:
        """The key of the link to look at a kept build."""
        return share_link(self.owner, f"/builds/{self.build}").removeprefix("/shared/")

    @property
    def proposed(self) -> dict[str, str]:
        """The key of a kept build and the code of a proposal for it."""
        build, friend = f"/builds/{self.build}", a_shopper(self.app)
        friend.environ_base["REMOTE_ADDR"] = f"2001:db8:{next(HOMES):x}::1"  # each may write so much
        link = share_link(self.owner, build)
        page = friend.get(f"{link}/proposals/new?rack=rear&model=gravel")
        friend.post(
            f"{link}/proposals?rack=rear&model=gravel", data=hidden(page) | {"author": "Ben", "message": ""}
        )
        code = re.search(r"/proposals/([^/]+)/refusal", self.owner.get(build).text)
        assert code
        return {"key": build.removeprefix("/builds/"), "code": code[1]}

    @property
    def draft(self) -> dict[str, str]:
        """The code of a family that has a draft."""
        with database_of(self.app).writing() as session:
            draft.begin(session, "bike", who="Vera", at=clock.now())
        return {"code": "bike"}

    @property
    def line(self) -> int:
        """The number of a line in the cart."""
        self.owner.post(f"/cart/lines/bike?{CHOICES}", data={"token": f"{next(HOMES):020}"})
        with database_of(self.app).reading() as session:
            return max(one for one in session.exec(select(CartLine.id)) if one)

    @property
    def order(self) -> str:
        """The key of an order."""
        return a_placed_order(self.owner).removeprefix("/orders/")

    @property
    def invoiced(self) -> dict[str, Any]:
        """The key of an order, and the number of its invoice."""
        key = self.order
        with database_of(self.app).reading() as session:
            return {
                "key": key,
                "number": session.exec(select(Invoice.number).order_by(col(Invoice.id))).all()[-1],
            }

    @property
    def filed(self) -> dict[str, Any]:
        """The number of an order, and of its invoice."""
        with database_of(self.app).reading() as session:
            number = self.order_number
            return {
                "number": number,
                "invoice_number": session.exec(
                    select(Invoice.number).where(Invoice.order_number == number)
                ).one(),
            }

    @property
    def device(self) -> int:
        """Another device on which the owner is signed in."""
        a_customer(self.app, "owner@example.com")
        with database_of(self.app).reading() as session:
            return max(one for one in session.exec(select(CustomerSession.id)) if one)

    @property
    def order_number(self) -> str:
        return number_of(self.owner, f"/orders/{self.order}")

    @property
    def customer(self) -> int:
        """The number of the owner's account."""
        with database_of(self.app).reading() as session:
            known = customer.by_email(session, "owner@example.com")
            assert known
            return known.id or 0

    @property
    def errand(self) -> int:
        """The number of something that is to be done for the owner."""
        customer_id, colleague = self.customer, self.colleague
        with database_of(self.app).writing() as session:
            fresh = Errand(
                token=f"{next(HOMES):020}",
                customer_id=customer_id,
                staff_member_id=colleague,
                words="Call back",
                due_on=clock.today(),
                asked_at=clock.now(),
                asked_by="Ada",
            )
            return errand.ask(session, fresh).id or 0

    @property
    def guest_order(self) -> str:
        """The number of an order of somebody without an account."""
        guest = a_shopper(self.app)
        return number_of(guest, a_placed_order(guest))

    @property
    def asked(self) -> str:
        """The code of a request about data."""
        with database_of(self.app).writing() as session:
            fresh = RightsRequest(
                token=f"{next(HOMES):020}",
                kind="other",
                channel="mail",
                language="en",
                email="owner@example.com",
                received_at=clock.now(),
                due_on=clock.today(),
            )
            return rights_request.ask(session, fresh).code

    @property
    def dead_letter(self) -> str:
        """The message id of a letter that did not leave."""
        with database_of(self.app).writing() as session:
            letter = outbox.put(
                session, Letter("a@example.com", "en", "Hello", "Hello", "Hello"), at=clock.now()
            )
            session.flush()
            outbox.failed(session, letter.id or 0, "550 no such user", for_good=True, at=clock.now())
        return letter.message_id

    @property
    def promised(self) -> dict[str, Any]:
        """The key of a build, and the code of a promise about it."""
        key = self.build
        asked = {"token": "t" * 20, "shown_number": "1", "shown_total": "55000"}
        self.owner.post(f"/builds/{key}/promises", data=asked)
        with database_of(self.app).reading() as session:
            return {"key": key, "code": session.exec(select(Quote.code).order_by(col(Quote.id))).all()[-1]}

    @property
    def watched(self) -> dict[str, Any]:
        """The key of a build, and the number of what is watched for."""
        key = self.build
        asked = {"token": "t" * 20, "kind": "cheaper", "amount": "5"}
        self.owner.post(f"/builds/{key}/watches", data=asked)
        with database_of(self.app).reading() as session:
            return {"key": key, "number": max(one for one in session.exec(select(Watch.id)) if one)}

    @property
    def news(self) -> int:
        """The number of a news item that is sent."""
        return a_news_item(self.app, f"News {next(HOMES)}")

    @property
    def letter_keys(self) -> tuple[str, str, str]:
        """The keys of a letter about topics: to change them, to end them, and to open an item."""
        number = a_follower(self.app, email=f"follower.{next(HOMES)}@example.com")
        secret = self.app.config["SECRET_KEY"]
        with database_of(self.app).reading() as session:
            one = subscriber.of_customer(session, number)
            assert one
            (mine,) = subscription.of(session, one.id or 0)
            return (
                letter_key.topics_key(one.lock, secret),
                letter_key.unsubscribe_key(one.code, [mine.id or 0], builds=False, secret=secret),
                letter_key.item_key(self.news, one.code, secret),
            )

    @property
    def customer_import(self) -> int:
        """The number of a list of customers that was sent."""
        with database_of(self.app).writing() as session:
            sheet = customer_list.read(b"email\nx@example.com\n")
            given = {"token": f"{next(HOMES):020}", "name": "list.csv", "language": "en", "by": "Ada"}
            return customer_import.keep(session, sheet, **given, at=clock.now()).id or 0

    @property
    def segment(self) -> str:
        """The code of a rule about customers."""
        with database_of(self.app).writing() as session:
            who = Colleague.of(staff_member.everybody(session)[0], "127.0.0.1")
            token, at = f"{next(HOMES):020}", clock.now()
            return segment.make(session, "All", "builds >= 0", token=token, who=who, at=at).code

    @property
    def colleague(self) -> int:
        """The number of somebody else at the desk."""
        with database_of(self.app).writing() as session:
            email = f"colleague.{next(HOMES)}@example.com"
            member = staff_member.add(
                session, email, "Ada", "no password", at=clock.now(), roles=[Role.EDITOR]
            )
            return member.id or 0

    @property
    def invited(self) -> int:
        """The number of an invitation that nobody has answered yet."""
        with database_of(self.app).writing() as session:
            email, link = f"invited.{next(HOMES)}@example.com", staff_invitation.new_link()
            who = Colleague.of(staff_member.everybody(session)[0], "127.0.0.1")
            at, roles = clock.now(), [Role.EDITOR]
            made = staff_invitation.invite(session, email, roles, link, who=who, language="en", at=at)
            return made.id or 0

    @property
    def talk(self) -> dict[str, Any]:
        """A thread that the owner has begun with a picture: its code, number, private key and the picture's."""
        held = Picture("bike.png", "image/webp", b"pixels", 4, 3)
        with database_of(self.app).writing() as session:
            who = customer.by_email(session, "owner@example.com")
            assert who
            opened = a_thread(session, owner=who.owner, customer_id=who.id)
            said = talk.say(session, opened, theirs(pictures=[held]), at=clock.now())
            assert said
            (picture,) = message_picture.of(session, [said.id or 0])[said.id or 0]
            key = key_for(Purpose.THREAD, opened.lock, self.app.config["SECRET_KEY"])
            return {"code": opened.code, "number": opened.id, "key": key, "picture": picture.code}


class Row(NamedTuple):
    """What each role is answered, in the order of ROLES. `place`: the parts of the address; `form`: what is sent.

    `staff` is an owner, who may do everything; `roles`: who else of the desk is let in.
    """

    guest: int
    owner: int
    other: int
    staff: int
    place: Callable[[Owned], dict[str, Any]] = lambda owned: {}
    form: Callable[[Owned], dict[str, str]] = lambda owned: {"token": "t" * 20, "name": "Renamed"}
    roles: frozenset[Role] = frozenset()


def everybody(status: int, place: Callable[[Owned], dict[str, Any]] = lambda owned: {}) -> Row:
    """Open to all. A key lets in whoever has it; that no other key does is tested below."""
    return Row(status, status, status, status, place)


def desk(
    status: int, roles: Sequence[Role], place: Callable[[Owned], dict[str, Any]] = lambda owned: {}
) -> Row:
    """A page of the desk for some of its roles, and owners: who is not signed in there is led to its door."""
    return Row(303, 303, 303, status, place, roles=frozenset(roles) | {Role.OWNER})


def desk_act(
    status: int, roles: Sequence[Role], place: Callable[[Owned], dict[str, Any]] = lambda owned: {}
) -> Row:
    """An act at the desk for some of its roles, and owners: refused to whoever is not signed in there."""
    return Row(401, 401, 401, status, place, roles=frozenset(roles) | {Role.OWNER})


SALES = (Role.RELATIONSHIP,)
WORKSHOP = (Role.PRODUCTION,)
EDITORS = (Role.EDITOR,)
ORDERS = (Role.RELATIONSHIP, Role.PRODUCTION)
DEMAND = (Role.EDITOR, Role.RELATIONSHIP)
OWNERS = ()

BIKE: Callable[[Owned], dict[str, Any]] = lambda owned: {"code": "bike"}  # noqa: E731
BUILD: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.build}  # noqa: E731
VERSION: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.build, "number": 1}  # noqa: E731
SHARED: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.shared}  # noqa: E731
PROPOSED: Callable[[Owned], dict[str, Any]] = lambda owned: owned.proposed  # noqa: E731
ORDER: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.order}  # noqa: E731
ORDERED_LINE: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.order, "position": 1}  # noqa: E731
NUMBER: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.order_number}  # noqa: E731
LINE: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.line}  # noqa: E731
ASKED: Callable[[Owned], dict[str, Any]] = lambda owned: {"code": owned.asked}  # noqa: E731
LETTER: Callable[[Owned], dict[str, Any]] = lambda owned: {"message_id": owned.dead_letter}  # noqa: E731
INVOICED: Callable[[Owned], dict[str, Any]] = lambda owned: owned.invoiced  # noqa: E731
FILED: Callable[[Owned], dict[str, Any]] = lambda owned: owned.filed  # noqa: E731
PROMISED: Callable[[Owned], dict[str, Any]] = lambda owned: owned.promised  # noqa: E731
DRAFT: Callable[[Owned], dict[str, Any]] = lambda owned: owned.draft  # noqa: E731
REHEARSED: Callable[[Owned], dict[str, Any]] = lambda owned: (  # noqa: E731
    owned.draft | {"number": 10**6, "thing": "build", "row": 10**6}
)
DRAFTED_GROUP: Callable[[Owned], dict[str, Any]] = lambda owned: owned.draft | {"group": "frame"}  # noqa: E731
DRAFTED_OPTION: Callable[[Owned], dict[str, Any]] = lambda owned: DRAFTED_GROUP(owned) | {"option": "carbon"}  # noqa: E731
REVISION: Callable[[Owned], dict[str, Any]] = lambda owned: owned.draft | {"number": 1}  # noqa: E731
DRAFTED_RULE: Callable[[Owned], dict[str, Any]] = lambda owned: (  # noqa: E731
    owned.draft | {"kind": "rules", "rule": "carbon-no-rear-rack", "case": "none-such"}
)
DRAFTED_LAYER: Callable[[Owned], dict[str, Any]] = lambda owned: (  # noqa: E731
    owned.draft | {"number": 1, "option": "frame.carbon", "place": 0, "name": "none.svg", "day": "2030-01-01"}
)
WATCHED: Callable[[Owned], dict[str, Any]] = lambda owned: owned.watched  # noqa: E731
CUSTOMER: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.customer}  # noqa: E731
ERRAND: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.errand}  # noqa: E731
IMPORT: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.customer_import}  # noqa: E731
MERGED: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.customer, "merge_id": 1}  # noqa: E731
GUEST: Callable[[Owned], dict[str, Any]] = lambda owned: {"order_number": owned.guest_order}  # noqa: E731
COLLEAGUE: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.colleague}  # noqa: E731
INVITED: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.invited}  # noqa: E731
NEWS: Callable[[Owned], dict[str, Any]] = lambda owned: {"number": owned.news}  # noqa: E731
TOPICS: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.letter_keys[0]}  # noqa: E731
UNSUBSCRIBING: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.letter_keys[1]}  # noqa: E731
OPENED: Callable[[Owned], dict[str, Any]] = lambda owned: {"key": owned.letter_keys[2]}  # noqa: E731
TALK: Callable[[Owned], dict[str, Any]] = lambda owned: owned.talk  # noqa: E731
NO_CHANGE: Callable[[Owned], dict[str, Any]] = lambda owned: owned.talk | {"proposal": "none"}  # noqa: E731
NO_GROUP: Callable[[Owned], dict[str, Any]] = lambda owned: owned.talk | {"group": "model"}  # noqa: E731

SEGMENT: Callable[[Owned], dict[str, Any]] = lambda owned: {"code": owned.segment, "number": 10**6}  # noqa: E731

ROWS: dict[str, Row] = {
    # The site
    "GET /healthz": everybody(200),
    "GET /readyz": everybody(200),
    "GET /metrics": everybody(200),  # from this machine
    "GET /language/<code>": everybody(303, lambda _: {"code": "ru"}),
    "GET /static/<path:filename>": everybody(200, lambda _: {"filename": "site.css"}),
    # The shop
    "GET /": everybody(200),
    "GET /families/<code>": everybody(200, BIKE),
    "GET /configure/<code>": everybody(200, BIKE),
    "GET /configure/<code>/differences": everybody(200, BIKE),
    "GET /pictures/<code>/<int:version>.svg": everybody(200, lambda _: {"code": "bike", "version": 1}),
    "GET /pictures/<code>/<int:version>/<option>.svg": everybody(
        404, lambda _: {"code": "bike", "version": 1, "option": "frame.steel"}
    ),
    "GET /terms-of-sale": everybody(200),
    "GET /privacy": everybody(200),
    "GET /cookies": everybody(200),
    "GET /contact": everybody(200),
    # Messages
    "GET /account/messages": everybody(200),
    "GET /account/messages/new": everybody(200),
    "POST /account/messages/new": everybody(422),
    "GET /account/messages/<code>": Row(404, 200, 404, 404, TALK),
    "POST /account/messages/<code>": Row(404, 422, 404, 404, TALK),
    "GET /account/messages/<code>/pictures/<picture>": Row(404, 200, 404, 404, TALK),
    "GET /talk/<key>": everybody(200, TALK),
    "POST /talk/<key>": everybody(422, TALK),
    "GET /talk/<key>/pictures/<picture>": everybody(200, TALK),
    "POST /account/messages/<code>/proposals/<proposal>/acceptance": everybody(404, NO_CHANGE),
    "POST /account/messages/<code>/proposals/<proposal>/refusal": everybody(404, NO_CHANGE),
    "POST /talk/<key>/proposals/<proposal>/acceptance": everybody(404, NO_CHANGE),
    "POST /talk/<key>/proposals/<proposal>/refusal": everybody(404, NO_CHANGE),
    # Builds
    "GET /builds": everybody(200),
    "GET /builds/new/<code>": everybody(200, BIKE),
    "POST /builds/new/<code>": everybody(422, BIKE),
    "GET /builds/<key>": everybody(200, BUILD),
    "POST /builds/<key>/change": everybody(303, BUILD),
    "POST /builds/<key>/copies": everybody(303, BUILD),
    "POST /builds/<key>/name": everybody(303, BUILD),
    "POST /builds/<key>/removal": everybody(303, BUILD),
    "POST /builds/<key>/reopenings": everybody(422, BUILD),
    "GET /builds/<key>/versions": everybody(200, BUILD),
    "GET /builds/<key>/versions/<int:number>": everybody(200, VERSION),
    "POST /builds/<key>/versions/<int:number>/restoration": everybody(303, VERSION),
    "POST /builds/<key>/versions/<int:number>/branches": everybody(303, VERSION),
    "GET /builds/<key>/merge": everybody(200, BUILD),
    "POST /builds/<key>/merge": everybody(422, BUILD),
    "POST /builds/<key>/letters": everybody(422, BUILD),
    "POST /builds/<key>/private-link": everybody(422, BUILD),
    "POST /builds/<key>/share-link": everybody(422, BUILD),
    "GET /compare": everybody(200),
    "GET /shared/<key>": everybody(200, SHARED),
    "POST /shared/<key>/copies": everybody(303, SHARED),
    "GET /shared/<key>/picture.png": everybody(200, SHARED),
    "GET /shared/<key>/specification.pdf": everybody(200, SHARED),
    "GET /shared/<key>/proposals/new": everybody(200, SHARED),
    "GET /shared/<key>/proposals/new/<group>": everybody(
        200, lambda owned: {"key": owned.shared, "group": "model"}
    ),
    "POST /shared/<key>/proposals": everybody(422, SHARED),
    "POST /shared/<key>/comments": everybody(422, SHARED),
    "GET /builds/<key>/specification.pdf": everybody(200, BUILD),
    "POST /builds/<key>/proposals/<code>/acceptance": everybody(303, PROPOSED),
    "POST /builds/<key>/proposals/<code>/refusal": everybody(303, PROPOSED),
    "POST /builds/<key>/comments/<int:number>/removal": everybody(
        303, lambda owned: {"key": owned.build, "number": 1}
    ),
    "POST /builds/<key>/ownership": Row(401, 303, 409, 401, BUILD),
    "POST /builds/<key>/promises": everybody(422, BUILD),
    "GET /builds/<key>/promises/<code>/checkout": everybody(200, PROMISED),
    "POST /builds/<key>/promises/<code>/checkout": everybody(422, PROMISED),
    "POST /builds/<key>/watches": everybody(422, BUILD),
    "POST /builds/<key>/watches/<int:number>/removal": everybody(303, WATCHED),
    # The cart
    "GET /cart": everybody(200),
    "POST /cart/lines/<code>": Row(422, 422, 422, 422, BIKE, lambda _: {"token": "short"}),
    "POST /builds/<key>/cart-lines": Row(422, 422, 422, 422, BUILD, lambda _: {"token": "short"}),
    "POST /cart/lines/<int:number>/quantity": Row(404, 303, 404, 404, LINE, lambda _: {"quantity": "2"}),
    "POST /cart/lines/<int:number>/removal": Row(404, 303, 404, 404, LINE),
    "POST /cart/lines/<int:number>/return": Row(404, 303, 404, 404, LINE),
    "GET /cart/checkout": Row(303, 200, 303, 303, LINE),
    "POST /cart/checkout": Row(303, 422, 303, 303, LINE),
    # Orders
    "GET /checkout/<code>": everybody(200, BIKE),
    "POST /checkout/<code>": everybody(422, BIKE),
    "GET /orders/<key>": everybody(200, ORDER),
    "POST /orders/<key>/lines/<int:position>/change-start": everybody(303, ORDERED_LINE),
    "GET /orders/<key>/lines/<int:position>/change": everybody(200, ORDERED_LINE),
    "POST /orders/<key>/lines/<int:position>/change-confirmation": everybody(409, ORDERED_LINE),
    "POST /orders/<key>/change-end": everybody(303, ORDER),
    "GET /orders/<key>/cancellation": everybody(200, ORDER),
    "POST /orders/<key>/cancellation": everybody(409, ORDER),
    "GET /orders/<key>/invoice.pdf": everybody(303, ORDER),
    "GET /orders/<key>/invoices/<number>.pdf": everybody(200, INVOICED),
    "POST /orders/<key>/payments": everybody(303, ORDER),
    "GET /orders/<key>/payments/<code>": everybody(
        404, lambda owned: {"key": owned.order, "code": "of-nobody"}
    ),
    # Other machines: who they are is seen from what they say
    "POST /webhooks/stripe": everybody(400),
    # Signing in and out
    "GET /sign-in": Row(200, 303, 303, 200),
    "POST /sign-in": everybody(422),
    "GET /sign-in/code/<code>": Row(404, 303, 303, 404, lambda _: {"code": "of-nobody"}),
    "POST /sign-in/code/<code>": everybody(404, lambda _: {"code": "of-nobody"}),
    "GET /sign-in/link/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "POST /sign-in/link/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "POST /sign-out": everybody(303),
    # My page
    "GET /account": everybody(200),
    "GET /orders": everybody(200),
    "POST /account/sightings/removal": everybody(303),
    "GET /account/settings": Row(303, 200, 200, 303),
    "POST /account/settings": Row(401, 422, 422, 401),
    "POST /account/devices/<int:number>/removal": Row(
        401, 303, 404, 401, lambda owned: {"number": owned.device}
    ),
    "POST /account/devices/removal": Row(401, 303, 303, 401),
    "POST /account/benefits/<name>": Row(401, 303, 303, 401, lambda _: {"name": "marks"}),
    # Topics: customers manage theirs, guests ask; links of letters are good for whoever has them
    "GET /account/topics": everybody(200),
    "POST /account/topics/<purpose>": Row(
        401, 422, 422, 401, lambda _: {"purpose": "event-letters"}, lambda _: {"topics": "events"}
    ),
    "POST /account/topics/links/renewal": Row(401, 303, 303, 401),
    "POST /account/topics/requests": everybody(422),
    "GET /account/topics/asked": everybody(200),
    "GET /topics/confirmation/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "POST /topics/confirmation/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "GET /topics/<key>": everybody(200, TOPICS),
    "POST /topics/<key>": everybody(303, TOPICS),
    "POST /topics/<key>/removal": everybody(200, TOPICS),
    "POST /topics/<key>/renewal": everybody(200, TOPICS),
    "GET /unsubscribe/<key>": everybody(200, UNSUBSCRIBING),
    "POST /unsubscribe/<key>": everybody(200, UNSUBSCRIBING),
    "GET /letters/<key>": everybody(303, OPENED),
    "GET /news/<int:number>": everybody(200, NEWS),
    "GET /account/consents": everybody(200),
    "POST /account/consents/<purpose>": Row(401, 303, 303, 401, lambda _: {"purpose": "build-letters"}),
    "POST /account/consents/<purpose>/withdrawal": Row(
        401, 303, 303, 401, lambda _: {"purpose": "build-letters"}
    ),
    # My data: each takes away and erases what is theirs, a guest what their device has kept
    "GET /account/profile": everybody(200),
    "GET /recommendations": everybody(200),
    "GET /levels": everybody(200),
    "GET /account/level": Row(303, 200, 200, 303),
    # Nobody here allows a profile: to change one that is not there is to ask for something that does not exist.
    "POST /account/profile/said/<trait>": Row(401, 404, 404, 401, lambda _: {"trait": "contact"}),
    "POST /account/profile/facts/<name>/removal": Row(401, 404, 404, 401, lambda _: {"name": "use-commute"}),
    "POST /account/profile/evidence/<int:number>/removal": Row(401, 404, 404, 401, lambda _: {"number": 1}),
    "POST /account/profile/kinds/<kind>": Row(401, 404, 404, 401, lambda _: {"kind": "likings"}),
    "POST /account/profile/question/removal": Row(401, 303, 303, 401),
    "GET /account/my-data": everybody(200),
    "POST /account/my-data": Row(303, 200, 200, 303),
    "POST /account/requests": Row(303, 422, 422, 303),
    "POST /account/objections": everybody(422),
    "GET /account/erasure": everybody(200),
    "POST /account/profile/address": Row(401, 404, 404, 401),
    "POST /account/profile/birthday": Row(401, 404, 404, 401),
    "POST /account/erasure": Row(303, 422, 422, 303),
    "POST /account/erasure/codes": Row(401, 303, 303, 401),
    "GET /account/erasure/done": everybody(404),
    # The desk
    "GET /staff/sign-in": Row(200, 200, 200, 303),
    "POST /staff/sign-in": everybody(422),
    "POST /staff/sign-out": desk_act(303, EVERY_ROLE),
    "GET /staff/sign-in/second-step": everybody(303),
    "POST /staff/sign-in/second-step": everybody(303),
    "GET /staff/sign-in/authenticator": everybody(303),
    "POST /staff/sign-in/authenticator": everybody(303),
    "GET /staff/invitations/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "POST /staff/invitations/<link>": everybody(410, lambda _: {"link": "of-nobody"}),
    "POST /staff/step-up": desk_act(422, EVERY_ROLE),
    "GET /staff/me": desk(200, EVERY_ROLE),
    "POST /staff/me/password": desk_act(422, EVERY_ROLE),
    "POST /staff/me/sessions/<int:number>/removal": desk_act(404, EVERY_ROLE, lambda _: {"number": 10**6}),
    "POST /staff/me/sessions/removal": desk_act(303, EVERY_ROLE),
    "GET /staff/me/authenticator": desk(200, EVERY_ROLE),
    "POST /staff/me/authenticator": desk_act(422, EVERY_ROLE),
    "GET /staff/me/recovery-codes": desk(303, EVERY_ROLE),
    "GET /staff/me/recovery-codes.txt": desk(404, EVERY_ROLE),
    "POST /staff/me/recovery-codes": desk_act(303, EVERY_ROLE),
    "POST /staff/me/recovery-codes/removal": desk_act(303, EVERY_ROLE),
    "GET /staff/levels": desk(200, SALES),
    "GET /staff/levels/new": desk(200, OWNERS),
    "POST /staff/levels/new": desk_act(422, OWNERS),
    "GET /staff/levels/<code>": desk(404, OWNERS, lambda _: {"code": "gold"}),
    "POST /staff/levels/<code>": desk_act(404, OWNERS, lambda _: {"code": "gold"}),
    "GET /staff/segments": desk(200, SALES),
    "GET /staff/segments/new": desk(200, SALES),
    "POST /staff/segments/new": desk_act(422, SALES),
    "GET /staff/segments/overlap": desk(200, SALES),
    "GET /staff/segments/<code>": desk(200, SALES, SEGMENT),
    "GET /staff/segments/<code>/rule": desk(200, SALES, SEGMENT),
    "POST /staff/segments/<code>/rule": desk_act(422, SALES, SEGMENT),
    "GET /staff/segments/<code>/sizes.csv": desk(200, SALES, SEGMENT),
    "GET /staff/segments/<code>/people": desk(200, SALES, SEGMENT),
    "GET /staff/segments/<code>/people/<int:number>": desk(404, SALES, SEGMENT),
    "POST /staff/segments/<code>/removal": desk_act(303, SALES, SEGMENT),
    "GET /staff/colleagues": desk(200, OWNERS),
    "GET /staff/colleagues/<int:number>": desk(200, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/roles": desk_act(422, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/leaving": desk_act(303, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/return": desk_act(303, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/authenticator/removal": desk_act(303, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/sessions/removal": desk_act(303, OWNERS, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/sessions/<int:session_number>/removal": desk_act(
        404, OWNERS, lambda owned: {"number": owned.colleague, "session_number": 10**6}
    ),
    "POST /staff/colleagues/invitations": desk_act(422, OWNERS),
    "POST /staff/colleagues/invitations/<int:number>/letters": desk_act(303, OWNERS, INVITED),
    "POST /staff/colleagues/invitations/<int:number>/withdrawal": desk_act(303, OWNERS, INVITED),
    "GET /staff/audit": desk(200, OWNERS),
    "GET /staff/audit.csv": desk(200, OWNERS),
    "GET /staff/": desk(303, EVERY_ROLE),
    "GET /staff/orders": desk(200, ORDERS),
    "GET /staff/orders/<number>": desk(200, ORDERS, NUMBER),
    "GET /staff/orders/<number>/work-sheet.pdf": desk(200, ORDERS, NUMBER),
    "GET /staff/production": desk(200, WORKSHOP),
    "GET /staff/orders/<number>/invoices/<invoice_number>.pdf": desk(200, SALES, FILED),
    "POST /staff/orders/<number>/payments": desk_act(303, SALES, NUMBER),
    "POST /staff/orders/<number>/payments/<int:payment_id>/refunds": desk_act(
        404, SALES, lambda owned: {"number": owned.order_number, "payment_id": 1}
    ),
    "POST /staff/orders/<number>/refund": desk_act(422, SALES, NUMBER),
    "POST /staff/orders/<number>/steps/<name>": desk_act(
        409, ORDERS, lambda owned: {"number": owned.order_number, "name": "production"}
    ),
    "GET /staff/calendar": desk(200, WORKSHOP),
    "GET /staff/calendar/holidays": desk(200, WORKSHOP),
    "POST /staff/calendar/holidays": desk_act(303, WORKSHOP),
    "POST /staff/calendar/closed-days": desk_act(422, WORKSHOP),
    "POST /staff/calendar/closed-days/<day>/removal": desk_act(
        303, WORKSHOP, lambda _: {"day": "2026-12-24"}
    ),
    "GET /staff/calendar/weeks/<monday>": desk(200, WORKSHOP, lambda _: {"monday": "2026-11-30"}),
    "POST /staff/calendar/weeks/<monday>": desk_act(303, WORKSHOP, lambda _: {"monday": "2026-11-30"}),
    "POST /staff/calendar/patterns": desk_act(422, WORKSHOP),
    "GET /staff/customers": desk(200, SALES),
    "GET /staff/customers/<int:number>": desk(200, SALES, CUSTOMER),
    "GET /staff/customers/<int:number>/orders": desk(200, SALES, CUSTOMER),
    "GET /staff/customers/<int:number>/payments": desk(200, SALES, CUSTOMER),
    "GET /staff/customers/<int:number>/builds": desk(200, SALES, CUSTOMER),
    "GET /staff/customers/<int:number>/time-line": desk(200, SALES, CUSTOMER),
    "GET /staff/customers/guests/<order_number>": desk(200, SALES, GUEST),
    "GET /staff/customers/duplicates": desk(200, SALES),
    "GET /staff/customers/<int:number>/merge": desk(200, SALES, CUSTOMER),
    "POST /staff/customers/<int:number>/merging": desk_act(404, SALES, CUSTOMER),
    "POST /staff/customers/<int:number>/difference": desk_act(404, SALES, CUSTOMER),
    "POST /staff/customers/<int:number>/merged/<int:merge_id>/parting": desk_act(404, SALES, MERGED),
    "POST /staff/customers/<int:number>/contacts": desk_act(422, SALES, CUSTOMER),
    "POST /staff/customers/<int:number>/errands": desk_act(422, SALES, CUSTOMER),
    "POST /staff/customers/<int:number>/manager": desk_act(422, SALES, CUSTOMER),
    "GET /staff/customers/imports": desk(200, SALES),
    "POST /staff/customers/imports/upload": desk_act(422, SALES),
    "GET /staff/customers/imports/<int:number>": desk(200, SALES, IMPORT),
    "POST /staff/customers/imports/<int:number>/mapping": desk_act(422, SALES, IMPORT),
    "POST /staff/customers/imports/<int:number>/taking-back": desk_act(303, SALES, IMPORT),
    "POST /staff/customers/imports/<int:number>/removal": desk_act(303, SALES, IMPORT),
    "GET /staff/colleagues/<int:number>/customers": desk(200, SALES, COLLEAGUE),
    "POST /staff/colleagues/<int:number>/hand-over": desk_act(422, SALES, COLLEAGUE),
    "GET /staff/errands": desk(200, SALES),
    "POST /staff/errands/<int:number>/completion": desk_act(303, SALES, ERRAND),
    "GET /staff/letters": desk(200, SALES),
    "GET /staff/letters/<message_id>": desk(200, SALES, LETTER),
    "GET /staff/letters/<message_id>/html": desk(200, SALES, LETTER),
    "GET /staff/letters/<message_id>/file": desk(200, SALES, LETTER),
    "POST /staff/letters/<message_id>/tries": desk_act(303, SALES, LETTER),
    "GET /staff/inbox": desk(200, SALES),
    "GET /staff/inbox/threads/new": desk(404, SALES),
    "POST /staff/inbox/threads/new": desk_act(404, SALES),
    "GET /staff/inbox/threads/<int:number>": desk(200, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/answers": desk_act(422, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/calls": desk_act(422, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/notes": desk_act(422, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/assignment": desk_act(422, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/closing": desk_act(303, SALES, TALK),
    "POST /staff/inbox/threads/<int:number>/reopening": desk_act(303, SALES, TALK),
    "GET /staff/inbox/threads/<int:number>/pictures/<picture>": desk(200, SALES, TALK),
    "GET /staff/inbox/threads/<int:number>/proposals/new": desk(404, SALES, TALK),
    "GET /staff/inbox/threads/<int:number>/proposals/new/<group>": desk(404, SALES, NO_GROUP),
    "POST /staff/inbox/threads/<int:number>/proposals": desk_act(404, SALES, TALK),
    "GET /staff/answers": desk(200, SALES),
    "GET /staff/answers.csv": desk(200, SALES),
    "POST /staff/answers/promise": desk_act(422, OWNERS),
    "POST /staff/answers/hours": desk_act(422, OWNERS),
    "GET /staff/inbox/answers": desk(200, SALES),
    "GET /staff/inbox/answers/new": desk(200, SALES),
    "POST /staff/inbox/answers/new": desk_act(422, SALES),
    "GET /staff/inbox/answers/<int:number>": desk(404, SALES, lambda _: {"number": 10**6}),
    "POST /staff/inbox/answers/<int:number>/change": desk_act(404, SALES, lambda _: {"number": 10**6}),
    "POST /staff/inbox/answers/<int:number>/removal": desk_act(404, SALES, lambda _: {"number": 10**6}),
    "GET /staff/requests": desk(200, SALES),
    "GET /staff/requests/new": desk(200, SALES),
    "POST /staff/requests/new": desk_act(422, SALES),
    "GET /staff/requests/<code>": desk(200, SALES, ASKED),
    "POST /staff/requests/<code>/answer": desk_act(422, SALES, ASKED),
    "POST /staff/requests/<code>/file": desk_act(200, SALES, ASKED),
    "POST /staff/requests/<code>/erasure": desk_act(422, SALES, ASKED),
    "GET /staff/news": desk(200, SALES),
    "GET /staff/news/new": desk(200, SALES),
    "POST /staff/news/new": desk_act(422, SALES),
    "GET /staff/news/<int:number>": desk(200, SALES, NEWS),
    "GET /staff/news/<int:number>/edit": desk(303, SALES, NEWS),
    "POST /staff/news/<int:number>/changes": desk_act(422, SALES, NEWS),
    "POST /staff/news/<int:number>/sending": desk_act(422, SALES, NEWS),
    "POST /staff/news/<int:number>/withdrawal": desk_act(409, SALES, NEWS),
    "GET /staff/news/<int:number>/reach": desk(200, SALES, NEWS),
    "GET /staff/news/<int:number>/results/<what>": desk(
        200, SALES, lambda owned: {"number": owned.news, "what": "told"}
    ),
    "GET /staff/news/<int:number>/preview": desk(200, SALES, NEWS),
    "GET /staff/news/<int:number>/preview/letter": desk(200, SALES, NEWS),
    # Drafts of the catalogue
    "GET /staff/demand": desk(200, DEMAND),
    "GET /staff/demand/together": desk(200, DEMAND),
    "GET /staff/demand/stops": desk(200, DEMAND),
    "GET /staff/demand/refused": desk(200, DEMAND),
    "GET /staff/demand/prices": desk(200, DEMAND),
    "GET /staff/demand/rules/<code>": desk(200, DEMAND, lambda _: {"code": "carbon-no-rear-rack"}),
    "GET /staff/demand/rows": desk(200, DEMAND),
    "GET /staff/demand/rows.csv": desk(200, DEMAND),
    "GET /staff/demand/<page>/<table>.csv": desk(200, DEMAND, lambda _: {"page": "stops", "table": "steps"}),
    "GET /staff/catalogue": desk(200, EDITORS),
    "GET /staff/catalogue/new": desk(200, EDITORS),
    "POST /staff/catalogue/new": desk_act(422, EDITORS),
    "POST /staff/catalogue/<code>/draft": desk_act(303, EDITORS, BIKE),
    "GET /staff/catalogue/<code>": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/history": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/differences": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/undo": desk_act(303, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/redo": desk_act(303, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/revisions/<int:number>/return": desk_act(303, EDITORS, REVISION),
    "GET /staff/catalogue/<code>/prices": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/prices": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/prices.csv": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/prices/paste": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/prices/paste": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/texts": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/texts": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/family": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/family": desk_act(404, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/catching-up": desk_act(303, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/rules": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/rules/new/<kind>": desk(200, EDITORS, DRAFTED_RULE),
    "POST /staff/catalogue/<code>/rules/new/<kind>": desk_act(404, EDITORS, DRAFTED_RULE),
    "GET /staff/catalogue/<code>/rules/<rule>": desk(200, EDITORS, DRAFTED_RULE),
    "POST /staff/catalogue/<code>/rules/<rule>": desk_act(404, EDITORS, DRAFTED_RULE),
    "POST /staff/catalogue/<code>/rules/<rule>/removal": desk_act(404, EDITORS, DRAFTED_RULE),
    "GET /staff/catalogue/<code>/cases": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/cases/new": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/cases": desk_act(404, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/cases/kept": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/cases/<case>": desk(404, EDITORS, DRAFTED_RULE),
    "POST /staff/catalogue/<code>/cases/<case>": desk_act(404, EDITORS, DRAFTED_RULE),
    "POST /staff/catalogue/<code>/cases/<case>/removal": desk_act(404, EDITORS, DRAFTED_RULE),
    "GET /staff/catalogue/<code>/preview": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/preview/differences": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/preview/day": desk(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/preview/on/<day>": desk(200, EDITORS, DRAFTED_LAYER),
    "GET /staff/catalogue/<code>/preview/on/<day>/differences": desk(200, EDITORS, DRAFTED_LAYER),
    "GET /staff/catalogue/<code>/preview/pictures/<int:number>.svg": desk(200, EDITORS, REVISION),
    "GET /staff/catalogue/<code>/preview/pictures/<int:number>/<option>.svg": desk(
        404, EDITORS, DRAFTED_LAYER
    ),
    "GET /staff/catalogue/<code>/pictures": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/pictures": desk_act(422, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/pictures/<int:number>/<path:name>": desk(404, EDITORS, DRAFTED_LAYER),
    "POST /staff/catalogue/<code>/pictures/removal": desk_act(404, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/pictures/layers": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/pictures/layers/<option>/<int:place>": desk(404, EDITORS, DRAFTED_LAYER),
    "POST /staff/catalogue/<code>/pictures/layers/<option>/<int:place>/height": desk_act(
        404, EDITORS, DRAFTED_LAYER
    ),
    "POST /staff/catalogue/<code>/pictures/layers/<option>/<int:place>/higher": desk_act(
        404, EDITORS, DRAFTED_LAYER
    ),
    "POST /staff/catalogue/<code>/pictures/layers/<option>/<int:place>/lower": desk_act(
        404, EDITORS, DRAFTED_LAYER
    ),
    "POST /staff/catalogue/<code>/pictures/layers/<option>/<int:place>/position": desk_act(
        404, EDITORS, DRAFTED_LAYER
    ),
    "POST /staff/catalogue/<code>/pictures/layers/<option>/<int:place>/removal": desk_act(
        404, EDITORS, DRAFTED_LAYER
    ),
    "GET /staff/catalogue/<code>/options": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/options/order": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/groups/new": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/groups/new": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/groups/<group>": desk(200, EDITORS, DRAFTED_GROUP),
    "POST /staff/catalogue/<code>/groups/<group>": desk_act(404, EDITORS, DRAFTED_GROUP),
    "GET /staff/catalogue/<code>/groups/<group>/removal": desk(200, EDITORS, DRAFTED_GROUP),
    "POST /staff/catalogue/<code>/groups/<group>/removal": desk_act(404, EDITORS, DRAFTED_GROUP),
    "GET /staff/catalogue/<code>/groups/<group>/options/new": desk(200, EDITORS, DRAFTED_GROUP),
    "POST /staff/catalogue/<code>/groups/<group>/options/new": desk_act(404, EDITORS, DRAFTED_GROUP),
    "GET /staff/catalogue/<code>/groups/<group>/options/<option>": desk(200, EDITORS, DRAFTED_OPTION),
    "POST /staff/catalogue/<code>/groups/<group>/options/<option>": desk_act(404, EDITORS, DRAFTED_OPTION),
    "GET /staff/catalogue/<code>/groups/<group>/options/<option>/removal": desk(200, EDITORS, DRAFTED_OPTION),
    "POST /staff/catalogue/<code>/groups/<group>/options/<option>/removal": desk_act(
        404, EDITORS, DRAFTED_OPTION
    ),
    "GET /staff/catalogue/<code>/proof": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/proof": desk_act(303, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/rehearsal": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/rehearsal": desk_act(303, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/rehearsal/<int:number>/<thing>": desk(404, EDITORS, REHEARSED),
    "GET /staff/people-to-tell": desk(200, SALES),
    "GET /staff/catalogue/<code>/rehearsal/<int:number>/people": desk(404, DEMAND, REHEARSED),
    "POST /staff/catalogue/<code>/rehearsal/<int:number>/people.csv": desk_act(404, SALES, REHEARSED),
    "GET /staff/catalogue/<code>/rehearsed/<int:number>": desk(404, EDITORS, REHEARSED),
    "POST /staff/catalogue/<code>/tasks/<int:number>/cancellation": desk_act(404, EDITORS, REHEARSED),
    "GET /staff/catalogue/<code>/publishing": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/publishing/checks": desk_act(303, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/publications": desk_act(422, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/publications/<int:number>/withdrawal": desk_act(404, EDITORS, REHEARSED),
    "GET /staff/catalogue/<code>/limits": desk(200, (), DRAFT),
    "POST /staff/catalogue/<code>/limits": desk_act(303, (), DRAFT),
    "GET /staff/catalogue/<code>/files": desk(200, EDITORS, DRAFT),
    "POST /staff/catalogue/<code>/files": desk_act(404, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/files/draft.zip": desk(200, EDITORS, DRAFT),
    "GET /staff/catalogue/<code>/files/<int:number>.zip": desk(200, EDITORS, REVISION),
    "GET /staff/catalogue/import": desk(200, EDITORS),
    "POST /staff/catalogue/import": desk_act(422, EDITORS),
}


# Whoever does this is signed out, or must come as somebody new.
LEAVING = {
    "POST /sign-out",
    "POST /account/devices/removal",
    "POST /staff/sign-out",
    "POST /staff/me/sessions/removal",
    "POST /account/my-data",
    "GET /account/erasure/done",
}


def routes(app: Flask) -> dict[str, Rule]:
    """Every route with each of its methods, as the rows name them."""
    return {
        f"{method} {rule}": rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(autouse=True)
def paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on it is looked at elsewhere; here it matters who gets it."""
    monkeypatch.setattr(press, "png", lambda *_: b"a picture")
    monkeypatch.setattr(press, "pdf", lambda *_: b"a sheet")


@pytest.fixture(scope="module")
def shop(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One shop for all rows: each cell asks for a thing of its own."""
    instance = tmp_path_factory.mktemp("instance")
    place = shutil.copy(migrated_sqlite, instance / "lekalo.sqlite3")
    app = create_app(
        Settings(
            instance=instance,
            secret_key="for tests",
            database_url=f"sqlite:///{place}",
            saves_per_hour=10_000,
            orders_per_hour=10_000,
        )
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    publish(app, a_bicycle())
    return app


@pytest.fixture(scope="module")
def people(shop: Flask) -> dict[str, FlaskClient]:
    return people_of(shop)


def people_of(shop: Flask, prefix: str = "") -> dict[str, FlaskClient]:
    """One person of each role."""
    return {
        "guest": a_shopper(shop),
        "owner": a_customer(shop, f"{prefix}owner@example.com"),
        "other customer": a_customer(shop, f"{prefix}other@example.com"),
        "staff": a_colleague(shop, f"{prefix}desk@example.com"),
    }


def test_each_route_has_a_row_and_each_row_a_route(shop: Flask) -> None:
    assert set(routes(shop)) == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_everybody_is_let_in_where_they_may(shop: Flask, people: dict[str, FlaskClient], name: str) -> None:
    row, rule = ROWS[name], routes(shop).get(name)
    if rule is None:
        pytest.skip("the test above says so")
    answers = {}
    for role in ROLES:
        if name in LEAVING:
            people = people_of(shop, "leaving.")  # the other rows still need those who are there
        owned = Owned(shop, people["owner"])
        address = filled(shop, rule, row.place(owned))
        method = name.partition(" ")[0]
        answer = people[role].open(address, method=method, data=row.form(owned) if method != "GET" else None)
        answers[role] = answer.status_code
        if rule.endpoint.startswith("staff.") and role != "staff" and answer.status_code == 303:
            assert answer.location.startswith("/staff/sign-in")
    assert answers == dict(zip(ROLES, row[: len(ROLES)], strict=True))


@pytest.fixture(scope="module")
def colleagues(shop: Flask) -> dict[Role, FlaskClient]:
    """One member of staff of each role."""
    return {role: a_colleague(shop, f"{role.value}@example.com", roles=[role]) for role in Role}


def test_each_route_of_the_desk_says_which_roles_it_is_for(shop: Flask) -> None:
    """Closed to everybody until it does; the door itself is open."""
    for name, rule in routes(shop).items():
        if rule.endpoint.startswith("staff.") and rule.endpoint not in OPEN_TO_ALL:
            declared = getattr(shop.view_functions[rule.endpoint], "allowed_roles", None)
            assert declared, f"{name} needs @allowed(…)"
            assert declared == ROWS[name].roles, name


@pytest.mark.parametrize("name", [name for name in ROWS if ROWS[name].roles])
def test_each_role_of_the_desk_is_let_in_where_it_may_and_told_where_not(
    shop: Flask, people: dict[str, FlaskClient], colleagues: dict[Role, FlaskClient], name: str
) -> None:
    row, rule = ROWS[name], routes(shop).get(name)
    if rule is None:
        pytest.skip("the first test says so")
    owned, method = Owned(shop, people["owner"]), name.partition(" ")[0]
    address, form = filled(shop, rule, row.place(owned)), row.form(owned) if method != "GET" else None
    if name in LEAVING:
        colleagues = {
            role: a_colleague(shop, f"leaving.{role.value}@example.com", roles=[role]) for role in Role
        }
    for role, person in colleagues.items():
        answer = person.open(address, method=method, data=form)
        assert (answer.status_code != 403) is (role in row.roles), (role, answer.status_code)
        assert answer.status_code != 401
        assert not answer.headers.get("Location", "").startswith("/staff/sign-in?")


@pytest.mark.parametrize("name", [name for name in ROWS if "<key>" in name])
def test_a_key_that_is_not_ours_opens_nothing(shop: Flask, people: dict[str, FlaskClient], name: str) -> None:
    """Not a mistyped one, not the code alone, not the key of another kind."""
    row, rule = ROWS[name], routes(shop).get(name)
    if rule is None:
        pytest.skip("the first test says so")
    owned = Owned(shop, people["owner"])
    place, form = row.place(owned), row.form(owned)
    key = place["key"]
    code = key.partition(".")[0]
    another_kind = owned.order if "/orders/" not in name else owned.build
    forged = [code, f"{code}.0", f"{code}.1.{key.rpartition('.')[2]}", f"{key}x", another_kind, "1"]
    for role in ROLES:
        for wrong in forged:
            address = filled(shop, rule, place | {"key": wrong})
            answer = people[role].open(address, method=name.partition(" ")[0], data=form)
            assert answer.status_code == 404, (role, wrong)


@pytest.mark.parametrize("name", [name for name in ROWS if "<int:" in name])
@pytest.mark.parametrize("number", [str(2**31), str(2**63), "9" * 5000], ids=["large", "larger", "endless"])
def test_a_number_that_no_row_can_have_is_no_page(
    shop: Flask, people: dict[str, FlaskClient], name: str, number: str
) -> None:
    method, _, rule = name.partition(" ")
    place = ROWS[name].place(Owned(shop, people["owner"]))
    for part, value in place.items():
        rule = rule.replace(f"<{part}>", str(value))
    address = re.sub("<int:[a-z_]+>", "1", re.sub("<int:[a-z_]+>", number, rule, count=1))
    for person in people.values():
        assert (
            person.open(address, method=method, data=ROWS[name].form(Owned(shop, person))).status_code == 404
        )


def test_a_private_link_lets_in_whoever_has_it_and_lists_it_with_nobody_else(
    people: dict[str, FlaskClient],
) -> None:
    address = a_saved_build(people["owner"], "The owner's own")
    for role in ("guest", "other customer"):
        assert people[role].get(address).status_code == 200
        assert "The owner&#39;s own" not in people[role].get("/builds").text
    assert "The owner&#39;s own" in people["owner"].get("/builds").text


def filled(app: Flask, rule: Rule, place: dict[str, Any]) -> str:
    """The rule's address, with choices where it takes any."""
    with app.test_request_context():
        address = app.url_map.bind("localhost").build(rule.endpoint, place, force_external=False)
    takes_choices = re.search(r"^/(configure|checkout|builds/new)/|/lines/1/change", address)
    return f"{address}?{CHOICES}" if takes_choices else address
