"""Customers to try the desk with, who never were: their addresses end in lekalo.example, and a note says so."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from webapp import clock
from webapp.customers import consent, customer
from webapp.customers.colleague import Colleague
from webapp.customers.consent import Purpose
from webapp.customers.staff_member import StaffMember
from webapp.relations.card import contact, errand, manager
from webapp.relations.card.contact import Contact, Way
from webapp.relations.card.errand import Errand
from webapp.relations.segments import segment

WORDS = {
    "en": {
        "demo": "A demo customer: this person never was.",
    },
    "ru": {
        "demo": "Демонстрационный клиент: такого человека нет.",
        "call": "Спрашивает, встанет ли на стальную раму задний багажник с детским креслом.",
        "visit": "Попробовала высокий руль, понравился.",
        "task": "Перезвонить насчёт багажника",
    },
}


class Demo(NamedTuple):
    """One of them. `days`: since when they are a customer."""

    name: str
    email: str
    phone: str
    language: str
    days: int
    allows: tuple[Purpose, ...] = ()


# The first two are one person, as a careful look tells: for the page of duplicates.
PEOPLE = (
    Demo(
        "Анна Щербакова",
        "anna.sherbakova@lekalo.example",
        "+49 30 5550101",
        "ru",
        200,
        (Purpose.NEWS_LETTERS,),
    ),
    Demo("Anna Shcherbakova", "annasherbakova+shop@lekalo.example", "030 5550101", "en", 12),
    Demo("Jonas Weber", "jonas.weber@lekalo.example", "+49 40 5550102", "en", 90, (Purpose.CALLS,)),
    Demo("Мария Орлова", "maria.orlova@lekalo.example", "+49 89 5550103", "ru", 20, (Purpose.NEWS_LETTERS,)),
    Demo("Greta Lindholm", "greta.lindholm@lekalo.example", "", "en", 5),
)
SEGMENTS = (
    ("Разрешили письма · Allow letters", "consent.email"),
    ("Новые за месяц · New this month", "since < 30 days ago"),
)


def settle(session: Session, member: StaffMember, time_zone: str, at: datetime) -> bool:
    """Customers with contacts, tasks, somebody who looks after them, and two segments; nothing where they are."""
    if customer.by_email(session, PEOPLE[0].email) is not None:
        return False
    for one in PEOPLE:
        since = at - timedelta(days=one.days)
        known = customer.proven(session, one.email, language=one.language, at=since)
        known.name, known.phone = one.name, one.phone
        session.flush()
        number = known.id or 0
        for purpose in one.allows:
            consent.give(session, number, purpose, language=one.language, at=since)
        _say(session, member, number, Way.NOTE, WORDS[one.language]["demo"], since)
    first = _number(session, PEOPLE[0])
    _say(session, member, first, Way.CALLED_US, WORDS["ru"]["call"], at - timedelta(days=3))
    _say(
        session, member, _number(session, PEOPLE[3]), Way.VISIT, WORDS["ru"]["visit"], at - timedelta(days=9)
    )
    manager.entrust(session, first, member.id, None, at=at)
    errand.ask(
        session,
        Errand(
            token=f"demo-errand-{first}",
            customer_id=first,
            staff_member_id=member.id or 0,
            words=WORDS["ru"]["task"],
            due_on=clock.day_of(at + timedelta(days=1), time_zone),
            asked_at=at,
            asked_by=member.name,
        ),
    )
    for place, (title, rule) in enumerate(SEGMENTS):
        who = Colleague.of(member, "")
        segment.make(session, title, rule, token=f"demo-segment-{place}", who=who, at=at)
    return True


def _say(session: Session, member: StaffMember, number: int, way: Way, words: str, at: datetime) -> None:
    fresh = Contact(
        token=f"demo-{number}-{way.value}",
        customer_id=number,
        way=way.value,
        words=words,
        at=at,
        staff_member_id=member.id or 0,
        staff_name=member.name,
    )
    contact.log(session, fresh)


def _number(session: Session, one: Demo) -> int:
    found = customer.by_email(session, one.email)
    assert found is not None
    return found.id or 0
