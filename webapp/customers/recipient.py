"""Who else gets to see something of a customer's, and what of it."""

from typing import NamedTuple

from webapp.customers.retention import Words


class Recipient(NamedTuple):
    """Somebody outside of the shop. `only_with_cards`: nobody asks them where the shop takes no cards."""

    code: str
    title: Words
    gets: Words
    only_with_cards: bool = False


CARRIER = Recipient(
    "carrier",
    {"en": "The carrier", "ru": "Перевозчик"},
    {
        "en": "name, delivery address, and the telephone number if you gave one",
        "ru": "имя, адрес доставки и телефон, если вы его указали",
    },
)
PAYMENT = Recipient(
    "payment",
    {"en": "Stripe, for payment by card", "ru": "Stripe, при оплате картой"},
    {
        "en": "number and total of the order and your e-mail address; card numbers are typed there and never reach us",
        "ru": "номер и сумму заказа и вашу электронную почту; номер карты вводится там и до нас не доходит",
    },
    only_with_cards=True,
)
TAX_OFFICE = Recipient(
    "tax-office",
    {"en": "Tax adviser and tax office", "ru": "Бухгалтер и налоговая служба"},
    {"en": "invoices and payments", "ru": "счета и платежи"},
)
MAIL_SERVER = Recipient(
    "mail-server",
    {"en": "The mail servers on the way", "ru": "Почтовые серверы в пути"},
    {"en": "your e-mail address and the letter", "ru": "вашу электронную почту и само письмо"},
)

ALL = (CARRIER, PAYMENT, TAX_OFFICE, MAIL_SERVER)
