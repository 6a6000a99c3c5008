"""Each letter speaks its reader's language, and its links lead to the shop wherever it is read."""

from collections.abc import Callable

from flask import Flask

from webapp import mail


def test_a_letter_is_written_in_its_readers_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        russian, english = mail.trial("a@example.com", "ru"), mail.trial("a@example.com", "en")
    assert english.subject == "A trial letter from Lekalo"
    assert russian.subject == "Пробное письмо от Лекало"
    assert 'lang="ru"' in russian.html


def test_links_in_letters_name_the_site_and_not_who_asked(new_app: Callable[..., Flask]) -> None:
    app = new_app(site_url="https://shop.example/made")
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert mail.link("health.alive") == "https://shop.example/made/healthz"
