"""What data about people are used for: each use with its ground, and with the consent it needs, if any."""

from typing import NamedTuple

from webapp.customers import data_kind
from webapp.customers.data_kind import DataKind
from webapp.customers.legal_ground import CONSENT, CONTRACT, INTEREST, Ground
from webapp.customers.retention import Words
from webapp.customers.wording import WORDINGS, Purpose


class Processing(NamedTuple):
    """One use. `consents`: without one of them it does not happen; `unused`: the shop does not do it at all."""

    code: str
    title: Words
    words: Words
    ground: Ground
    uses: tuple[DataKind, ...]
    consents: tuple[Purpose, ...] = ()
    unused: bool = False


# What is asked for today: a consent that nothing uses would be collected in vain. Receipts of others stay valid.
ASKED: frozenset[Purpose] = frozenset(
    {
        Purpose.PERSONALISATION,
        Purpose.BUILD_LETTERS,
        Purpose.NEWS_LETTERS,
        Purpose.CARE_LETTERS,
        Purpose.EVENT_LETTERS,
    }
)

# What each consent turns on, as its receipt says; all of it ends with the consent.
POWERS: dict[Purpose, Words] = {
    Purpose.PERSONALISATION: {
        "en": "Facts about what you prefer, “fits you” on options, a build to start from, filled-in forms, and your "
        "place among customers with the same taste.",
        "ru": "Выводы о ваших предпочтениях, пометка «вам подойдёт», сборка для начала, заполненные формы и ваше место "
        "среди покупателей с таким же вкусом.",
    },
    Purpose.BUILD_LETTERS: {
        "en": "Letters when something you watch for comes true, when somebody answers, before a promised price ends.",
        "ru": "Письма, когда сбывается то, за чем вы следите, когда кто-то ответил и прежде чем закончится цена.",
    },
    Purpose.NEWS_LETTERS: {
        "en": "Letters about what is new in your topics.",
        "ru": "Письма о новинках по вашим темам.",
    },
    Purpose.CARE_LETTERS: {
        "en": "Letters about care and service of what you ordered.",
        "ru": "Письма об уходе и обслуживании того, что вы заказали.",
    },
    Purpose.EVENT_LETTERS: {"en": "Invitations by e-mail.", "ru": "Приглашения по электронной почте."},
    Purpose.CALLS: {"en": "Calls with advice and offers.", "ru": "Звонки с советами и предложениями."},
    Purpose.MESSENGER: {
        "en": "Messages in a messenger with advice and offers.",
        "ru": "Сообщения в мессенджере с советами и предложениями.",
    },
}

ORDER = Processing(
    "order",
    {"en": "To make, deliver and settle what you order", "ru": "Изготовить, доставить и рассчитать заказ"},
    {
        "en": "No consent is asked for: the contract needs it, and nothing else is done with it.",
        "ru": "Согласие не нужно: без этого договор не выполнить, и ни для чего другого данные не берутся.",
    },
    CONTRACT,
    (data_kind.ORDERS, data_kind.MONEY, data_kind.LETTERS),
)
KEEPING = Processing(
    "keeping",
    {"en": "To keep for you what you put together", "ru": "Хранить для вас то, что вы собираете"},
    {
        "en": "No consent is asked for: it is what you ask the site to do (§ 25 (2) no. 2 TDDDG).",
        "ru": "Согласие не нужно: именно об этом вы просите сайт (§ 25 абз. 2 № 2 TDDDG).",
    },
    CONTRACT,
    (data_kind.ACCOUNT, data_kind.DEVICES, data_kind.BUILDS, data_kind.MAKING, data_kind.OPINIONS),
)
REWARDING = Processing(
    "levels",
    {"en": "To treat you by what you ordered", "ru": "Учитывать, сколько вы уже заказали"},
    {
        "en": "No consent is asked for: levels are part of what you and we agree on when you order. They follow from "
        "orders and payments alone, by rules that stand on the page about levels; nothing else is looked at.",
        "ru": "Согласие не нужно: уровни входят в условия, на которых вы заказываете. Они следуют только из заказов и "
        "платежей по правилам со страницы об уровнях; ничего другого для них не берётся.",
    },
    CONTRACT,
    (data_kind.LEVELS, data_kind.ORDERS, data_kind.MONEY),
)
COUNTING = Processing(
    "counting",
    {"en": "To count which options are wanted", "ru": "Считать, какие варианты нужны"},
    {
        "en": "No consent is asked for, and you may object on the page about your data: what was clicked here is then "
        "counted without the random name.",
        "ru": "Согласие не нужно, но вы можете возразить на странице о ваших данных: тогда щелчки с этого устройства "
        "учитываются без случайного имени.",
    },
    INTEREST,
    (data_kind.CLICKS,),
)
PERSONALISING = Processing(
    "personalisation",
    {"en": "To learn what fits you", "ru": "Узнавать, что вам подходит"},
    {
        "en": "Only with your consent. Without it nothing is derived, and the shop works in full.",
        "ru": "Только с вашего согласия. Без него выводы не делаются, а магазин работает полностью.",
    },
    CONSENT,
    (data_kind.PROFILE, data_kind.CLICKS, data_kind.BUILDS, data_kind.ORDERS),
    (Purpose.PERSONALISATION,),
)
WRITING = Processing(
    "letters",
    {"en": "To write to you beyond your orders", "ru": "Писать вам не только о заказах"},
    {
        "en": "Only what you allow, each kind by itself.",
        "ru": "Только то, что вы разрешили, каждый вид отдельно.",
    },
    CONSENT,
    (data_kind.ACCOUNT, data_kind.BUILDS, data_kind.ORDERS, data_kind.LETTERS, data_kind.TOPICS),
    (Purpose.BUILD_LETTERS, Purpose.NEWS_LETTERS, Purpose.CARE_LETTERS, Purpose.EVENT_LETTERS),
)
CALLING = Processing(
    "calls",
    {"en": "To call you, or to write to you in a messenger", "ru": "Звонить вам или писать в мессенджере"},
    {
        "en": "Only what you allow, each way by itself.",
        "ru": "Только то, что вы разрешили, каждый способ отдельно.",
    },
    CONSENT,
    (data_kind.ACCOUNT,),
    (Purpose.CALLS, Purpose.MESSENGER),
    unused=True,
)
SERVING = Processing(
    "serving",
    {"en": "To serve you, whoever of us you meet", "ru": "Помочь вам, с кем бы из нас вы ни говорили"},
    {
        "en": "No consent is asked for: who calls or comes is remembered, and we look at who ordered or kept what, to "
        "know whom we work for. What you like counts there only with your consent. You may object on the page about "
        "your data.",
        "ru": "Согласие не нужно: мы помним, кто звонил или приходил, и смотрим, кто что заказал или сохранил, чтобы "
        "понимать, для кого работаем. Ваши вкусы учитываются там только с вашего согласия. Возразить можно на странице "
        "о ваших данных.",
    },
    INTEREST,
    (data_kind.NOTES, data_kind.ACCOUNT, data_kind.BUILDS, data_kind.ORDERS),
)
TALKING = Processing(
    "talk",
    {"en": "To answer what you write to us", "ru": "Ответить на то, что вы нам пишете"},
    {
        "en": "No consent is asked for: you asked, and the answer comes to your e-mail address as well. Nothing else "
        "is sent there for it.",
        "ru": "Согласие не нужно: вы спросили, и ответ придёт также на вашу почту. Ничего другого из-за этого туда "
        "не приходит.",
    },
    CONTRACT,
    (data_kind.TALK, data_kind.ACCOUNT, data_kind.LETTERS),
)
SHARING = Processing(
    "sharing",
    {"en": "To pass something on to partners of the maker", "ru": "Передавать данные партнёрам мастерской"},
    {
        "en": "We do not do this, so there is nothing to allow. If that ever changes, we ask first.",
        "ru": "Мы этого не делаем, поэтому и разрешать нечего. Если это изменится, мы сначала спросим.",
    },
    CONSENT,
    (),
    unused=True,
)

ALL = (ORDER, KEEPING, REWARDING, COUNTING, PERSONALISING, WRITING, CALLING, SERVING, TALKING, SHARING)

assert all(use.unused != bool(ASKED.intersection(use.consents)) for use in ALL if use.consents)
assert set(POWERS) == set(WORDINGS) == {purpose for use in ALL for purpose in use.consents}
