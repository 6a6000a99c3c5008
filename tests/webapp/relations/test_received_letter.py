"""Letters are read whatever mail programs make of them: words, sender, files, and whether a person wrote them."""

from email.message import EmailMessage

import pytest

from webapp.relations.talk.html_text import text_of_html
from webapp.relations.talk.received_letter import LONGEST_ID, LONGEST_TEXT, Nature, ReceivedLetter
from webapp.relations.talk.reply import trimmed

RUSSIAN = "Здравствуйте, подойдёт ли мне рама на 54?"


def letter(head: str = "", body: str | bytes = "Hello") -> ReceivedLetter:
    head = f"From: Anna <anna@example.com>\r\nMessage-ID: <1@example.com>\r\n{head}".strip() + "\r\n\r\n"
    return ReceivedLetter(head.encode() + (body.encode() if isinstance(body, str) else body))


@pytest.mark.parametrize(
    ("charset", "said"),
    [
        ("utf-8", "utf-8"),
        ("windows-1251", "windows-1251"),
        ("koi8-r", "koi8-r"),
        ("windows-1251", "us-ascii"),  # what old programs forget to say, or say wrongly
        ("koi8-r", "utf-8"),
        ("windows-1251", "x-no-such-charset"),
        ("utf-8", ""),
    ],
)
def test_words_are_read_in_right_and_wrong_charsets(charset: str, said: str) -> None:
    kind = f'Content-Type: text/plain; charset="{said}"' if said else ""
    assert letter(kind, RUSSIAN.encode(charset)).text.strip() == RUSSIAN


def test_headers_are_read_as_they_were_meant() -> None:
    found = letter(
        "From: =?koi8-r?B?4c7OwQ==?= <ANNA@Example.com>\r\nSubject: =?utf-8?B?0J7RgtCy0LXRgg==?=\r\n =?utf-8?B?IQ==?="
    )
    # Two From headers: the first counts.
    assert (found.sender, found.sender_name, found.subject) == ("anna@example.com", "Anna", "Ответ!")
    named = ReceivedLetter(b"From: =?koi8-r?B?4c7OwQ==?= <ANNA@Example.com>\n\nHi")
    assert (named.sender, named.sender_name) == ("anna@example.com", "Анна")


@pytest.mark.parametrize(
    "head",
    [
        "Subject: =?x-unknown?Q?=FF?=",
        "Subject: =?utf-8?B?a?=",
        'To: "unclosed <a@b>, ,,; <<>>',
        "Content-Type: multipart/mixed; boundary=",
        "Content-Type: text/plain; charset=*?;;name*0*=x",
        "Content-Transfer-Encoding: base64",
        "References: " + "<a@b> " * 3000,
        "Date: never",
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(head: str) -> None:
    found = letter(head, "Hello\x00 there")
    assert found.sender == "anna@example.com"
    assert isinstance(found.text + found.subject + found.addressed, str)
    assert "\x00" not in found.text
    assert isinstance(found.files, list)
    assert found.nature is Nature.PERSON


def test_a_letter_without_an_id_that_can_be_kept_gets_one_of_its_own() -> None:
    first, second = (ReceivedLetter(f"From: a@b.example\n\n{word}".encode()) for word in ("one", "two"))
    assert first.mail_id != second.mail_id
    assert first.mail_id == ReceivedLetter(first.raw).mail_id
    long = ReceivedLetter(b"Message-ID: <" + b"x" * 900 + b"@example.com>\n\nHi")
    assert len(long.mail_id) <= LONGEST_ID
    assert ReceivedLetter(b"").sender == ""


@pytest.mark.parametrize(
    ("head", "nature"),
    [
        ("", Nature.PERSON),
        ("Auto-Submitted: no", Nature.PERSON),
        ("Auto-Submitted: auto-replied; owner-email=a@b", Nature.AUTOMATIC),
        ("Auto-Submitted: auto-generated", Nature.AUTOMATIC),
        ("Precedence: bulk", Nature.AUTOMATIC),
        ("Precedence: first-class", Nature.PERSON),
        ("X-Autoreply: yes", Nature.AUTOMATIC),
        ("List-Id: <talk.example.com>", Nature.AUTOMATIC),
        ("Return-Path: <>", Nature.AUTOMATIC),
        ("Return-Path: <anna@example.com>", Nature.PERSON),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            Nature.AUTOMATIC,
        ),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x", Nature.BOUNCE),
    ],
)
def test_machines_are_told_from_people(head: str, nature: Nature) -> None:
    assert letter(head).nature is nature
    assert ReceivedLetter(b"From: MAILER-DAEMON@example.com\n\nSorry").nature is Nature.BOUNCE


def test_html_alone_is_read_as_words_and_what_it_quotes_is_marked() -> None:
    page = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Yes,&nbsp;<b>54</b>.</p>"
        "<script>alert(1)</script><div>And<br>blue &lt;3</div>"
        "<div>On Mon, Nov 23, 2026 at 2:40 PM Lekalo &lt;shop@lekalo.example&gt; wrote:</div>"
        "<blockquote><p>Which size?</p><blockquote>Old</blockquote></blockquote></body></html>"
    )
    message = EmailMessage()
    message["From"] = "anna@example.com"
    message.set_content(page, subtype="html")
    found = ReceivedLetter(message.as_bytes()).text
    assert "> Which size?\n>> Old" in found
    assert trimmed(found) == "Yes, 54.\nAnd\nblue <3"
    assert text_of_html("<p" * 20_000 + "<b>" * 5_000) == ""


def test_files_come_along_with_their_names_and_a_cut_letter_says_only_those() -> None:
    message = EmailMessage()
    message["From"] = "anna@example.com"
    message.set_content("See the picture")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="Рама.png")
    message.add_attachment("a note", filename="note.txt")
    found = ReceivedLetter(message.as_bytes())
    assert [(file.name, file.content) for file in found.files] == [
        ("Рама.png", b"\x89PNG"),
        ("note.txt", b"a note\n"),
    ]
    assert found.text.strip() == "See the picture"
    cut = ReceivedLetter(message.as_bytes()[:-40], is_cut=True)
    assert [file.content for file in cut.files] == [None, None]
    assert len(letter(body="x" * 2 * LONGEST_TEXT).text) == LONGEST_TEXT


OWN = "Да, беру.\n\nИ ещё вопрос: когда?"
QUOTED = "> Здравствуйте, Анна\n>\n> Размер 54?\n"


@pytest.mark.parametrize(
    "rest",
    [
        f"23 нояб. 2026 г., в 14:40, Лекало <shop@lekalo.example> написал(а):\n\n{QUOTED}",
        f"пн, 23 нояб. 2026 г. в 14:40, Lekalo <shop@lekalo.example>:\n\n{QUOTED}",
        f'23.11.2026, 14:40, "Lekalo" <shop@lekalo.example>:\n{QUOTED}',
        f"Понедельник, 23 ноября 2026, 14:40 +03:00 от Lekalo <shop@lekalo.example>:\n{QUOTED}",
        f"23.11.2026 14:40, Lekalo пишет:\n{QUOTED}",
        f"On Mon, Nov 23, 2026 at 2:40 PM Lekalo <shop@lekalo.example>\nwrote:\n{QUOTED}",
        f"Am 23.11.2026 um 14:40 schrieb Lekalo:\n{QUOTED}",
        "-----Original Message-----\nFrom: Lekalo\nSubject: Size\n\nHello Anna",
        "________________________________\nFrom: Lekalo\n\nHello Anna",
        "От: Lekalo <shop@lekalo.example>\nОтправлено: 23 ноября 2026 г. 14:40\nКому: Анна\nТема: Да\n\nДобрый день",
        f"пн, 23 нояб. 2026 г. в 14:40, Lekalo\n<shop@lekalo.example> написал(а):\n{QUOTED}",
        QUOTED,
        "-- \nАнна Муратова\n+49 30 123456",
        "Отправлено с iPhone",
        f"Sent from my iPhone\n\nOn 23 Nov 2026, at 14:40, Lekalo <shop@lekalo.example> wrote:\n{QUOTED}",
    ],
)
def test_quotations_and_signatures_are_left_out(rest: str) -> None:
    assert trimmed(f"{OWN}\n\n{rest}") == OWN
    assert trimmed(f"{OWN}\n\n{rest}".replace("\n", "\r\n")) == OWN


@pytest.mark.parametrize(
    "kept",
    [
        OWN,
        f"{QUOTED}\nДа, подойдёт",  # answers below
        "> Which size?\n54\n> Which colour?\nBlue",  # answers between
        "Я вам уже писал:\n\n1. рама\n2. цвет",  # no quotation, though it is led in like one
        "On the phone you wrote:\nnothing",
        "From: me\nI send a list",
        "Вот список:\n--- рама\n--- колёса",
    ],
)
def test_what_somebody_wrote_stays(kept: str) -> None:
    assert trimmed(kept) == kept.strip()


def test_a_letter_of_nothing_but_quotations_is_shown_with_them() -> None:
    assert trimmed(QUOTED) == QUOTED.strip()
    assert trimmed("") == ""
    assert len(trimmed("> a\nb\n" * 20_000)) > 100_000, "and a long one takes no time"
