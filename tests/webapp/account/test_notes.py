"""What the shop says about a new version reaches those whose builds it changes."""

import secrets
from datetime import timedelta

from flask import Flask
from sqlmodel import select

from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_saved_build, a_shopper, database_of, publish
from webapp import clock, settings, worker
from webapp.catalogues import publication, version
from webapp.catalogues.publication import Publication, State
from webapp.customers import consent, customer
from webapp.customers.consent import Purpose
from webapp.outbox import OutboxLetter
from webapp.sales.build import Build
from webapp.sales.watch import Kind, Watch

NOTE = {"en": "Steel has become cheaper.", "ru": "Сталь подешевела."}


def publish_with_a_word(shop: Flask, number: int, note: dict[str, str]) -> None:
    with database_of(shop).writing() as session:
        made, _ = version.publish(
            session, a_bicycle(city=f"{500 - number}.00"), author="Vera", at=clock.now()
        )
        said = Publication(
            token=secrets.token_hex(16),
            family_code="bike",
            sha256=made.sha256,
            beside=made.number - 1,
            note=note,
            planned_by="Vera",
            planned_at=clock.now(),
            due_at=clock.now(),
            state=State.DONE.value,
            number=made.number,
        )
        session.add(said)


@on_both_databases
def test_a_note_stands_on_the_page_of_a_build_and_in_the_letter_of_its_watch(app: Flask) -> None:
    publish(app, a_bicycle())
    shopper = a_shopper(app)
    build, at = a_saved_build(shopper), clock.now()
    with database_of(app).writing() as session:
        reader = customer.proven(session, "anna@example.com", language="ru", at=at)
        session.flush()
        consent.give(session, reader.id or 0, Purpose.BUILD_LETTERS, language="ru", at=at)
        kept = session.exec(select(Build)).one()
        watch = Watch(
            build_id=kept.id or 0,
            token="t" * 20,
            kind=Kind.CHEAPER.value,
            family="bike",
            amount=54950,
            by_mail=True,
            language="ru",
            set_at=at,
            holds=False,
            checked_number=1,
            checked_version=1,
            checked_on=at.date() - timedelta(days=1),
        )
        session.add(watch)
    publish_with_a_word(app, 1, NOTE)
    publish_with_a_word(app, 2, {})
    publish_with_a_word(app, 3, {"en": "And cheaper still.", "ru": "И ещё дешевле."})
    page = shopper.get(build).text
    assert page.index("And cheaper still.") < page.index("Steel has become cheaper.")
    with database_of(app).writing() as session:
        session.exec(select(Build)).one().owner = reader.owner
    with app.app_context():
        worker.look_out(settings.current(), database_of(app), clock.now())
    with database_of(app).reading() as session:
        letter = session.exec(select(OutboxLetter).order_by(OutboxLetter.id.desc())).first()  # type: ignore[union-attr]
        assert letter
        assert "И ещё дешевле." in letter.text
        assert "И ещё дешевле." in (letter.html or "")
        assert publication.note(session, "bike", 3).root == {}
