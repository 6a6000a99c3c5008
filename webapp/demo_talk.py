"""A little talk to try the inbox with: somebody who waits, somebody who was answered, and answers kept ready."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from webapp.customers import customer
from webapp.customers.staff_member import StaffMember
from webapp.relations.talk import answer_clock, canned_answer, talk
from webapp.relations.talk.canned_answer import CannedAnswer
from webapp.relations.talk.message import By
from webapp.relations.talk.talk import Said
from webapp.relations.talk.thread import Thread

READY = (
    (
        "Срок · How long it takes",
        "{name}, здравствуйте!\n\nСрок виден рядом с ценой: он посчитан по неделям мастерской.",
        "Hello {name},\n\nthe day stands beside the price; it is reckoned from the weeks of the workshop.",
    ),
    (
        "Изменить заказ · Change an order",
        "{name}, здравствуйте!\n\nЗаказ {order} можно изменить на его странице, пока мы не начали его делать.",
        "Hello {name},\n\norder {order} can be changed on its page until we begin to make it.",
    ),
)
# Who wrote, how many hours ago, about what, in which words; and our answer, where there is one.
SAID = (
    (
        "anna.sherbakova@lekalo.example",
        3,
        "Детское кресло",
        "Добрый день! Какой багажник нужен под детское кресло, и подойдёт ли он к стальной раме?",
        "",
    ),
    (
        "jonas.weber@lekalo.example",
        30,
        "A test ride",
        "Hello! Can I try the upright handlebars somewhere before I order?",
        "You can, in the workshop, from Monday to Friday. Tell us when you come.",
    ),
)


def talk_a_little(session: Session, member: StaffMember, time_zone: str, at: datetime) -> bool:
    """Two threads and two canned answers, for those demo customers who are there; nothing where they are already."""
    if session.exec(select(CannedAnswer.id)).first() is not None:
        return False
    for place, (title, russian, english) in enumerate(READY):
        words = {"ru": russian, "en": english}
        canned_answer.keep(
            session, CannedAnswer(token=f"demo-answer-{place}", title=title, words=words, changed_at=at)
        )
    for place, (email, hours, title, question, answer) in enumerate(SAID):
        who, since = customer.by_email(session, email), at - timedelta(hours=hours)
        if who is None:
            continue
        fresh = Thread(
            code="",
            token=f"demo-thread-{place}",
            owner=who.owner,
            customer_id=who.id,
            language=who.language,
            title=title,
            opened_at=since,
            latest_at=since,
        )
        said = Said(By.CUSTOMER, who.name, question, f"demo-question-{place}")
        promise = answer_clock.promise(session, who.id, zone=time_zone, at=since)
        opened = talk.begin(session, fresh, said, at=since, promise=promise)
        if answer:
            ours = Said(By.STAFF, member.name, answer, f"demo-reply-{place}", staff_member_id=member.id or 0)
            talk.say(session, opened, ours, at=since + timedelta(hours=1))
    return True
