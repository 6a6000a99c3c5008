"""The cookies of the site: all of them, each strictly necessary, none that anybody else reads."""

from typing import NamedTuple

from webapp.customers import customer_session, visitor
from webapp.customers.retention import Words


class Cookie(NamedTuple):
    """One cookie. `days`: how long a browser keeps it; 0: until it is closed."""

    name: str
    days: int
    when: Words
    why: Words


COOKIES = (
    Cookie(
        "lekalo",
        0,
        {"en": "with the first page", "ru": "с первой страницы"},
        {
            "en": "protects forms against forgery, carries a note from one page to the next (at the checkout, with "
            "what you have typed, sealed), and at the desk says which colleague is signed in",
            "ru": "защищает формы от подделки, передаёт сообщение с одной страницы на другую (при оформлении — "
            "вместе с тем, что вы заполнили, в зашифрованном виде), а сотрудникам помнит, кто вошёл",
        },
    ),
    Cookie(
        "language",
        365,
        {"en": "when you choose a language", "ru": "когда вы выбираете язык"},
        {"en": "remembers the language", "ru": "помнит выбранный язык"},
    ),
    Cookie(
        visitor.COOKIE,
        visitor.KEPT_FOR.days,
        {
            "en": "with your first click on an option, or when you save, put into the cart or order",
            "ru": "при первом щелчке по варианту либо при сохранении, добавлении в корзину или заказе",
        },
        {
            "en": "a random name for this browser, under which what you put together is kept for you",
            "ru": "случайное имя этого браузера, под которым для вас хранится то, что вы собираете",
        },
    ),
    Cookie(
        customer_session.COOKIE,
        customer_session.KEPT_FOR.days,
        {"en": "when you sign in", "ru": "когда вы входите"},
        {"en": "keeps you signed in on this device", "ru": "помнит, что вы вошли на этом устройстве"},
    ),
)
