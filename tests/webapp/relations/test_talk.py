"""What is said in threads is said once, and who waits is known until somebody answers."""

from sqlmodel import Session

from tests.databases import on_both_databases
from tests.webapp.relations.talking import AN_HOUR, NOW, a_thread, ours, theirs
from webapp.customers import customer, staff_member
from webapp.customers.customer import Customer
from webapp.database import Database
from webapp.relations.talk import message, message_picture, talk, thread, thread_note
from webapp.relations.talk.attachment import Picture
from webapp.relations.talk.message import Channel
from webapp.relations.talk.talk import Promise


def a_customer(session: Session, email: str) -> Customer:
    return customer.proven(session, email, language="en", at=NOW)


def a_colleague(session: Session) -> int:
    return staff_member.add(session, "olga@example.com", "Olga", "no hash", at=NOW).id or 0


@on_both_databases
def test_whoever_writes_waits_from_their_first_word_until_one_of_ours(database: Database) -> None:
    with database.writing() as session:
        opened = a_thread(session, promise=Promise(NOW + AN_HOUR, 2))
        talk.say(session, opened, theirs("Hello?"), at=NOW + AN_HOUR, promise=Promise(NOW + 9 * AN_HOUR))
        assert (opened.awaiting_since, opened.promised_by, opened.level_rank) == (NOW, NOW + AN_HOUR, 2)
        talk.say(session, opened, ours(channel=Channel.PHONE), at=NOW + 2 * AN_HOUR)
        assert (opened.awaiting_since, opened.promised_by, opened.level_rank) == (None, None, 0)
        assert talk.close(session, opened, at=NOW)
        assert not talk.close(session, opened, at=NOW)
        talk.say(session, opened, theirs("One more thing."), at=NOW + 3 * AN_HOUR)
        assert opened.is_open
        assert opened.awaiting_since == NOW + 3 * AN_HOUR
        number = opened.id or 0
    with database.reading() as session:
        said = [(each.text, each.channel, each.is_ours) for each in message.of(session, number)]
        assert said == [
            ("Will it fit me?", "site", False),
            ("Hello?", "site", False),
            ("It will.", "phone", True),
            ("One more thing.", "site", False),
        ]


@on_both_databases
def test_what_comes_twice_is_said_once(database: Database) -> None:
    with database.writing() as session:
        opened = a_thread(session, token="the very form")
        assert a_thread(session, token="the very form") is opened
        by_mail = theirs(mail_message_id="one@example.com")
        assert talk.say(session, opened, by_mail, at=NOW) is not None
        assert talk.say(session, opened, by_mail._replace(token="another reading"), at=NOW) is None
        for expected in (True, False):
            left = talk.note(
                session,
                opened,
                "Rich",
                token="note",
                staff_member_id=a_colleague(session),
                name="Olga",
                at=NOW,
            )
            assert (left is not None) is expected
        number = opened.id or 0
    with database.reading() as session:
        assert len(message.of(session, number)) == 2
        assert len(thread_note.of(session, number)) == 1


@on_both_databases
def test_a_picture_is_found_in_its_own_thread_alone(database: Database) -> None:
    held = Picture("bike.jpg", "image/webp", b"pixels", 4, 3)
    with database.writing() as session:
        opened, other = a_thread(session), a_thread(session)
        kept = talk.say(session, opened, theirs(pictures=[held]), at=NOW)
        assert kept is not None
        mine, others, said = opened.id or 0, other.id or 0, kept.id or 0
    with database.reading() as session:
        (picture,) = message_picture.of(session, [said])[said]
        assert (picture.name, picture.size) == ("bike.jpg", 6)
        found = message_picture.find(session, mine, picture.code)
        assert found is not None
        assert found.content == b"pixels"
        assert message_picture.find(session, others, picture.code) is None


@on_both_databases
def test_a_guest_who_signs_in_finds_what_they_wrote_before(database: Database) -> None:
    with database.writing() as session:
        anna, ben = (a_customer(session, each) for each in ("anna@example.com", "ben@example.com"))
        here = a_thread(session, owner="device", email="typo@example.com")
        elsewhere = a_thread(session, owner="other device", email="anna@example.com")
        his = a_thread(session, owner=ben.owner, customer_id=ben.id)
        strangers = a_thread(session, owner="stranger", email="stranger@example.com")
        assert thread.claim(session, anna.id or 0, anna.owner, anna.email, "device") == 2
        assert thread.claim(session, anna.id or 0, anna.owner, anna.email, "device") == 0
        session.expire_all()
        assert {each.id for each in thread.all_of(session, anna.owner)} == {here.id, elsewhere.id}
        assert (his.customer_id, strangers.customer_id) == (ben.id, None)
