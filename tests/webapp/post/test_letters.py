"""Each letter speaks its reader's language in three forms, and its links lead to the shop wherever it is read."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlmodel import col, select

from tests.webapp.relations.following import (
    EVENTS,
    FAMILY,
    a_follower,
    a_news_item,
    ask_for_topics,
    tell,
)
from tests.webapp.relations.regulars import a_ladder, a_paid_order, change, follow
from tests.webapp.relations.talking import a_thread
from tests.webapp.shopping import (
    a_bicycle,
    a_colleague,
    a_customer,
    a_placed_order,
    a_saved_build,
    a_shopper,
    database_of,
    number_of,
    publish,
    share_link,
)
from webapp import clock, mail, settings, translations, worker
from webapp.account import letters, reminders, talk_letters
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.customers.rights_request import RightsRequest
from webapp.outbox import Letter, OutboxLetter
from webapp.sales import quote
from webapp.sales.build import Build, copied
from webapp.sales.delivery import Delivery
from webapp.sales.order import Order
from webapp.sales.watch import Kind, Watch
from webapp.settings import ROOT

SITE = "https://shop.example/made"
FOLDER = ROOT / "templates" / "mail"
NAMES = sorted(place.name.removesuffix(".subject.txt") for place in FOLDER.glob("*.subject.txt"))

Written = Letter | OutboxLetter


@pytest.fixture
def shop(new_app: Callable[..., Flask]) -> Flask:
    """A shop whose letters are read far away from it."""
    app = new_app(site_url=SITE)
    publish(app, a_bicycle())
    return app


def trial(shop: Flask, language: str) -> Written:
    with shop.test_request_context("/", headers={"Accept-Language": "de"}):
        return mail.trial("a@example.com", language)


def order_placed(shop: Flask, language: str) -> Written:
    a_placed_order(a_shopper(shop, language), name="Anna & <Co>")
    return last(shop)


def payment_received(shop: Flask, language: str) -> Written:
    a_placed_order(a_shopper(shop, language), name="Anna & <Co>")
    with shop.app_context(), database_of(shop).reading() as session:
        placed = session.exec(select(Order)).one()
        return letters.payment_received(placed, 20000, placed.balance.with_received(20000))


def build_link(shop: Flask, language: str) -> Written:
    shopper = a_shopper(shop, language)
    form = {"token": "a-token-of-the-form", "email": "anna@example.com"}
    shopper.post(f"{a_saved_build(shopper)}/letters", data=form)
    return last(shop)


def watch_came_true(shop: Flask, language: str) -> Written:
    a_saved_build(a_shopper(shop, language))
    at = clock.now()
    with database_of(shop).writing() as session:
        reader = customer.proven(session, "anna@example.com", language=language, at=at)
        session.flush()
        consent.give(session, reader.id or 0, Purpose.BUILD_LETTERS, language=language, at=at)
        kept = session.exec(select(Build)).one()
        kept.owner = reader.owner
        awaited = Watch(
            build_id=kept.id or 0,
            token="a token",
            kind=Kind.CHEAPER.value,
            family="bike",
            amount=54000,
            by_mail=True,
            language=language,
            set_at=at,
            holds=False,
            checked_number=1,
            checked_version=1,
            checked_on=at.date(),
        )
        session.add(awaited)
    publish(shop, a_bicycle(city="450.00"))
    with shop.app_context():
        worker.look_out(settings.current(), database_of(shop), at)
    return last(shop)


def build_opinion(shop: Flask, language: str) -> Written:
    owner = a_customer(shop, language=language)
    with database_of(shop).writing() as session:
        reader = customer.by_email(session, "anna@example.com")
        assert reader
        consent.give(session, reader.id or 0, Purpose.BUILD_LETTERS, language=language, at=clock.now())
    link = share_link(owner, a_saved_build(owner))
    friend = a_shopper(shop)
    form = {"token": "a-token-of-the-form", "author": "Ben & <Co>", "text": "Words of others"}
    assert friend.post(f"{link}/comments", data=form).status_code == 303
    return last(shop)


def promise_ends(shop: Flask, language: str) -> Written:
    owner = a_customer(shop, language=language)
    a_saved_build(owner)
    at = clock.now()
    with database_of(shop).writing() as session:
        reader = customer.by_email(session, "anna@example.com")
        assert reader
        consent.give(session, reader.id or 0, Purpose.BUILD_LETTERS, language=language, at=at)
        kept = session.exec(select(Build)).one()
        given = at - timedelta(days=12)
        until = at.date() + timedelta(days=2)
        quote.promise(session, kept.latest, copied(kept.latest), token="a token", until=until, at=given)
    publish(shop, a_bicycle(city="450.00"))
    with shop.app_context():
        reminders.remind(settings.current(), database_of(shop), at)
    return last(shop)


def level_falls(shop: Flask, language: str) -> Written:
    a_ladder(shop)
    a_paid_order(shop, a_customer(shop, language=language))
    change(shop, "silver", rule="orders >= 9")
    follow(shop)
    return last(shop)


def sign_in(shop: Flask, language: str) -> Written:
    form = {"token": "a-token-of-the-form", "email": "anna@example.com"}
    assert a_shopper(shop, language).post("/sign-in", data=form).status_code == 303
    return last(shop)


def erasure_code(shop: Flask, language: str) -> Written:
    form = {"token": "a-token-of-the-form"}
    anna = a_customer(shop, language=language)
    assert anna.post("/account/erasure/codes", data=form).status_code == 303
    return last(shop)


def rights_answer(shop: Flask, language: str) -> Written:
    form = {"token": "a-token-of-the-form", "kind": "other", "words": "Who are you?"}
    assert a_customer(shop, language=language).post("/account/requests", data=form).status_code == 303
    with database_of(shop).reading() as session:
        code = session.exec(select(RightsRequest.code)).one()
    colleague = a_colleague(shop, f"{language}.rights@example.com")
    answer = {"answer": "Anna & <Co>\n\nBest wishes", "outcome": "answered"}
    assert colleague.post(f"/staff/requests/{code}/answer", data=answer).status_code == 303
    return last(shop)


def staff_invitation(shop: Flask, language: str) -> Written:
    owner = a_colleague(shop, f"{language}.owner@example.com")
    form = {"email": "nina@example.com", "roles": ["editor", "owner"], "language": language}
    assert owner.post("/staff/colleagues/invitations", data=form).status_code == 303
    return last(shop)


def step(*names: str) -> Callable[[Flask, str], Written]:
    """The letter of the last of these steps; the first is taken of a paid order, unless it is its end."""

    def letter(shop: Flask, language: str) -> Written:
        shopper = a_shopper(shop, language)
        number = number_of(shopper, a_placed_order(shopper, name="Anna & <Co>"))
        if names[-1] == "collection":
            with database_of(shop).writing() as session:
                session.exec(select(Delivery)).one().method = "pickup"
        colleague = a_colleague(shop, f"{language}.{names[-1]}@example.com")
        assert colleague.post(f"/staff/orders/{number}/payments").status_code == 303
        for name in names:
            form = {"tracking": "4711 & <8>", "tracking_link": f"{SITE}/parcels/4711"}
            assert colleague.post(f"/staff/orders/{number}/steps/{name}", data=form).status_code == 303
        return last(shop)

    return letter


def order_changed(shop: Flask, language: str) -> Written:
    shopper = a_shopper(shop, language)
    order = a_placed_order(shopper, name="Anna & <Co>")
    colleague = a_colleague(shop, f"{language}.changed@example.com")
    colleague.post(f"/staff/orders/{number_of(shopper, order)}/payments")
    page = shopper.get(f"{order}/lines/1/change?model=gravel").text
    form = dict(re.findall(r'name="(token|shown)" value="([^"]+)"', page))
    answer = shopper.post(f"{order}/lines/1/change-confirmation?model=gravel", data=form)
    assert answer.status_code == 303
    return last(shop)


def digest(shop: Flask, language: str) -> Written:
    a_follower(shop, FAMILY, EVENTS, language=language)
    a_news_item(shop, "Вилка" if language == "ru" else "A fork")
    a_news_item(shop, "День" if language == "ru" else "A day", topics=("events",))
    tell(shop)
    return last(shop)


def topic_opt_in(shop: Flask, language: str) -> Written:
    guest = a_shopper(shop, language)
    assert ask_for_topics(guest, "guest@example.com", letters=language) == 303
    return last(shop)


def thread_opened(shop: Flask, language: str) -> Written:
    guest = a_shopper(shop, language)
    form = {"token": "a-token-of-the-form", "name": "Anna & <Co>", "email": "anna@example.com"}
    form |= {"title": "Rack & <mount>", "text": "Will it hold?"}
    assert guest.post("/account/messages/new", data=form).status_code == 303
    return last(shop)


def thread_answer(shop: Flask, language: str) -> Written:
    with database_of(shop).writing() as session:
        title, words = (
            ("Багажник & <3>", "Да.\n\nИ ещё.") if language == "ru" else ("Rack & <3>", "Yes.\n\nAnd more.")
        )
        asked = a_thread(session, email="anna@example.com", language=language, title=title)
        with shop.app_context():
            letter = talk_letters.answered(session, asked, words, "Vera" if language == "en" else "Вера")
    assert letter is not None
    return letter


def merged_account(shop: Flask, language: str) -> Written:
    with database_of(shop).writing() as session:
        numbers = [
            customer.proven(session, email, language=language, at=clock.now()).id or 0
            for email in ("anna@example.com", "anna@example.org")
        ]
    colleague = a_colleague(shop, f"{language}.merging@example.com")
    form = {"token": "a-token-of-the-form", "with": str(numbers[1]), "how": "seen"}
    assert colleague.post(f"/staff/customers/{numbers[0]}/merging", data=form).status_code == 303
    return last(shop)


# A letter without a row fails the tests: whoever writes one says here how it comes about.
LETTERS: dict[str, Callable[[Flask, str], Written]] = {
    "trial": trial,
    "order_placed": order_placed,
    "payment_received": payment_received,
    "order_production": step("production"),
    "order_ready": step("production", "ready"),
    "order_shipping": step("production", "ready", "shipping"),
    "order_delivery": step("production", "ready", "shipping", "delivery"),
    "order_collection": step("production", "ready", "collection"),
    "order_cancellation": step("production", "cancellation"),
    "order_changed": order_changed,
    "build_link": build_link,
    "watch_came_true": watch_came_true,
    "build_opinion": build_opinion,
    "promise_ends": promise_ends,
    "level_falls": level_falls,
    "sign_in": sign_in,
    "staff_invitation": staff_invitation,
    "erasure_code": erasure_code,
    "rights_answer": rights_answer,
    "merged_account": merged_account,
    "digest": digest,
    "topic_opt_in": topic_opt_in,
    "thread_opened": thread_opened,
    "thread_answer": thread_answer,
}

every_letter = pytest.mark.parametrize("name", NAMES)
both_languages = pytest.mark.parametrize("language", ["ru", "en"])


def last(shop: Flask) -> OutboxLetter:
    """The letter that was put into the outbox last."""
    with database_of(shop).reading() as session:
        letter = session.exec(select(OutboxLetter).order_by(col(OutboxLetter.id).desc())).first()
        assert letter is not None
        session.expunge(letter)
        return letter


class Reader(HTMLParser):
    """Takes down what an HTML letter is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "base", "br", "img", "hr"):
            self.open.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @property
    def places(self) -> list[str]:
        return [value for name, value in self.attributes if name in ("href", "src")]


@every_letter
def test_every_letter_has_three_forms_and_an_example(name: str) -> None:
    assert (FOLDER / f"{name}.txt").exists()
    assert (FOLDER / f"{name}.html").exists()
    assert name in LETTERS


@every_letter
@both_languages
def test_a_letter_can_be_read_in_every_form(shop: Flask, name: str, language: str) -> None:
    letter = LETTERS[name](shop, language)
    page = Reader(letter.html)
    assert page.open == []
    assert f'<html lang="{language}">' in letter.html
    assert 0 < len(letter.subject) < 100
    assert "\n" not in letter.subject
    for form in (letter.subject, letter.text, "".join(page.words)):
        assert bool(re.search("[а-яё]", form)) is (language == "ru")
        for slip in ("{", "%(", "None", "&lt;", "&amp;"):
            assert slip not in form
    assert "\n\n\n\n" not in letter.text


@every_letter
@both_languages
def test_links_of_a_letter_lead_to_the_shop_and_stand_in_the_text_too(
    shop: Flask, name: str, language: str
) -> None:
    letter = LETTERS[name](shop, language)
    places = Reader(letter.html).places
    assert places
    for place in places:
        assert place.startswith((f"{SITE}/", "mailto:")), place
        assert place in letter.text


@every_letter
def test_nothing_in_a_letter_needs_what_mail_programs_refuse(shop: Flask, name: str) -> None:
    page = Reader(LETTERS[name](shop, "en").html)
    assert not {"script", "link", "form", "iframe", "svg", "video"} & set(page.tags)
    assert not [given for given, _ in page.attributes if given.startswith("on")]


@every_letter
def test_every_sentence_of_a_letter_is_translated(name: str) -> None:
    known = translations.read(translations.FOLDER / "site" / "ru" / "LC_MESSAGES" / "messages.po")
    sentences = list(sentences_of(name))
    assert sentences
    for sentence in sentences:
        found = known.get(sentence)
        assert found is not None, sentence
        assert found.string, sentence


def sentences_of(name: str) -> Iterator[str | tuple[str, ...] | list[str]]:
    for message in translations.collected()["site"]:
        places = [place for place, _ in message.locations]
        if any(place.startswith(f"templates/mail/{name}.") for place in places):
            yield message.id


def test_a_letter_is_written_in_its_readers_language(shop: Flask) -> None:
    assert trial(shop, "en").subject == "A trial letter from Lekalo"
    assert trial(shop, "ru").subject == "Пробное письмо от Лекало"


def test_links_in_letters_name_the_site_and_not_who_asked(shop: Flask) -> None:
    with shop.test_request_context("/", headers={"Host": "evil.example"}):
        assert mail.link("health.alive") == f"{SITE}/healthz"
