"""What a consent is asked for, and in which words: each purpose its own, each change of words a new edition."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """What a consent is for. What an order needs is not asked for: the contract covers it."""

    PERSONALISATION = "personalisation"  # facts inferred from one's own choices, and what follows from them
    BUILD_LETTERS = "build-letters"  # letters about one's own builds: watches, promises that end
    NEWS_LETTERS = "news-letters"  # what is new in the families and options that one follows
    CARE_LETTERS = "care-letters"  # care and service of what one owns
    EVENT_LETTERS = "event-letters"  # open days, workshops, test rides
    CALLS = "calls"  # by telephone
    MESSENGER = "messenger"


class Wording(NamedTuple):
    """The words of a consent as they were read. Words that change are a new edition."""

    edition: str
    title: Mapping[str, str]
    words: Mapping[str, str]


# All editions of each purpose, the one that is asked for today last. Receipts name them, so none is ever changed.
WORDINGS: Mapping[Purpose, tuple[Wording, ...]] = {
    Purpose.PERSONALISATION: (
        Wording(
            "2026-11",
            {"en": "A shop that learns from my choices", "ru": "Магазин, который учится на моём выборе"},
            {
                "en": "Lekalo may derive from what I choose, save, order and tell it what I prefer, and use that to "
                "mark options that fit me, to suggest a build to start from and to fill in forms. I see every such "
                "fact with what it rests on, and can correct or forget it. It never changes a price. I can withdraw "
                "this at any time on my page; what was derived is forgotten then.",
                "ru": "Лекало может делать выводы о моих предпочтениях из того, что я выбираю, сохраняю, заказываю и "
                "рассказываю, и с их помощью отмечать подходящие мне варианты, предлагать сборку для начала и "
                "заполнять формы. Я вижу каждый такой вывод и то, на чём он основан, и могу его исправить или "
                "удалить. На цены это никогда не влияет. Согласие можно отозвать в любой момент на моей странице; "
                "тогда все выводы удаляются.",
            },
        ),
        Wording(
            "2026-11-23",
            {"en": "A shop that learns from my choices", "ru": "Магазин, который учится на моём выборе"},
            {
                "en": "From now on Lekalo may keep with my name what I choose, save, order, share and write on this "
                "site while I am signed in, when I come and what I open from letters, and what I tell about myself; "
                "derive from it what I prefer; and use that to mark options that fit me, to suggest a build to start "
                "from and to fill in forms. What I did before does not count. I see every such fact with what it "
                "rests on, and can correct, forget or switch it off. It never changes a price. I can withdraw this at "
                "any time on my page; then my name is taken off all of it at once, and what I told is deleted.",
                "ru": "С этого момента Лекало может хранить с указанием, что это я, то, что я выбираю, сохраняю, "
                "заказываю, показываю и пишу на этом сайте, когда вхожу в него, когда я здесь бываю и что "
                "открываю из писем, а также то, что рассказываю о себе; делать из этого выводы о моих "
                "предпочтениях; и с их помощью отмечать подходящие мне варианты, предлагать сборку для начала и "
                "заполнять формы. То, что было раньше, не учитывается. Я вижу каждый такой вывод и то, на чём он "
                "основан, и могу его исправить, удалить или отключить. На цены это никогда не влияет. Согласие "
                "можно отозвать в любой момент на моей странице; тогда моё имя сразу убирается из всего этого, а "
                "рассказанное о себе удаляется.",
            },
        ),
        Wording(
            "2026-11-24",
            {"en": "A shop that learns from my choices", "ru": "Магазин, который учится на моём выборе"},
            {
                "en": "From now on Lekalo may keep with my name what I choose, save, order, share and write on this "
                "site while I am signed in, when I come and what I open from letters, and what I tell about myself; "
                "derive from it what I prefer; and use that to mark options that fit me, to suggest a build to start "
                "from, to fill in forms, and to count me among customers with the same taste, so that news and offers "
                "reach those whom they concern, if they want letters. What I did before does not count. I see every "
                "such fact with what it rests on, and can correct, forget or switch it off. It never changes a price. "
                "I can withdraw this at any time on my page; then my name is taken off all of it at once, and what I "
                "told is deleted.",
                "ru": "С этого момента Лекало может хранить с указанием, что это я, то, что я выбираю, сохраняю, "
                "заказываю, показываю и пишу на этом сайте, когда вхожу в него, когда я здесь бываю и что "
                "открываю из писем, а также то, что рассказываю о себе; делать из этого выводы о моих "
                "предпочтениях; и с их помощью отмечать подходящие мне варианты, предлагать сборку для начала, "
                "заполнять формы и учитывать меня среди покупателей с таким же вкусом, чтобы новости и предложения "
                "получали те, кого они касаются и кто хочет писем. То, что было раньше, не учитывается. Я вижу "
                "каждый такой вывод и то, на чём он основан, и могу его исправить, удалить или отключить. На цены "
                "это никогда не влияет. Согласие можно отозвать в любой момент на моей странице; тогда моё имя сразу "
                "убирается из всего этого, а рассказанное о себе удаляется.",
            },
        ),
    ),
    Purpose.BUILD_LETTERS: (
        Wording(
            "2026-11",
            {"en": "Letters about my builds", "ru": "Письма о моих сборках"},
            {
                "en": "Lekalo may write to my e-mail address when something that I watch comes true for one of my "
                "builds, when somebody I showed one to comments on it or proposes another option, and before a price "
                "promised for one of them ends. I can withdraw this at any time in the "
                "settings of my page; what was sent until then stays lawful.",
                "ru": "Лекало может писать на мою электронную почту, когда для одной из моих сборок сбывается то, за "
                "чем я слежу, когда тот, кому я её показываю, оставил отзыв или предложил другой вариант, и прежде "
                "чем закончится обещанная для неё цена. Согласие можно отозвать в любой момент "
                "в настройках моей страницы; отправленное до этого остаётся законным.",
            },
        ),
    ),
    Purpose.NEWS_LETTERS: (
        Wording(
            "2026-11",
            {"en": "Letters: what is new", "ru": "Письма о новинках"},
            {
                "en": "Lekalo may write to my e-mail address what is new in the topics that I choose: products, "
                "options and materials. I can withdraw this at any time on my page or by the link in each letter; "
                "what was "
                "sent until then stays lawful.",
                "ru": "Лекало может писать на мою электронную почту о новинках по темам, которые я выберу: изделия, "
                "варианты, материалы. Согласие можно отозвать в любой момент на моей странице или по ссылке в каждом "
                "письме; отправленное до этого остаётся законным.",
            },
        ),
    ),
    Purpose.CARE_LETTERS: (
        Wording(
            "2026-11",
            {"en": "Letters: care and service of what I own", "ru": "Письма об уходе за моими вещами"},
            {
                "en": "Lekalo may write to my e-mail address how to look after what I have ordered, and when a "
                "service "
                "is due. I can withdraw this at any time on my page or by the link in each letter; what was sent "
                "until then stays lawful.",
                "ru": "Лекало может писать на мою электронную почту, как ухаживать за тем, что я заказываю, и когда "
                "пора на обслуживание. Согласие можно отозвать в любой момент на моей странице или по ссылке в "
                "каждом "
                "письме; отправленное до этого остаётся законным.",
            },
        ),
    ),
    Purpose.EVENT_LETTERS: (
        Wording(
            "2026-11",
            {"en": "Letters: events", "ru": "Письма о событиях"},
            {
                "en": "Lekalo may invite me by e-mail to open days, workshops and trials. I can withdraw this at any "
                "time on my page or by the link in each letter; what was sent until then stays lawful.",
                "ru": "Лекало может приглашать меня по электронной почте на дни открытых дверей, занятия и пробы. "
                "Согласие можно отозвать в любой момент на моей странице или по ссылке в каждом письме; отправленное "
                "до этого остаётся законным.",
            },
        ),
    ),
    Purpose.CALLS: (
        Wording(
            "2026-11",
            {"en": "Telephone", "ru": "Телефон"},
            {
                "en": "Lekalo may call the number in my settings with advice and offers. What an order needs is not "
                "meant: about that the workshop or the carrier may call anyway. I can withdraw this at any time on "
                "my page.",
                "ru": "Лекало может звонить по телефону из моих настроек с советами и предложениями. Речь не о том, "
                "что нужно для заказа: о нём мастерская и перевозчик могут позвонить и так. Согласие можно отозвать "
                "в "
                "любой момент на моей странице.",
            },
        ),
    ),
    Purpose.MESSENGER: (
        Wording(
            "2026-11",
            {"en": "Messenger", "ru": "Мессенджер"},
            {
                "en": "Lekalo may write to the number in my settings in a messenger, with advice and offers. The "
                "messenger's operator learns of that. I can withdraw this at any time on my page.",
                "ru": "Лекало может писать в мессенджер на номер из моих настроек с советами и предложениями. "
                "Оператор мессенджера об этом узнаёт. Согласие можно отозвать в любой момент на моей странице.",
            },
        ),
    ),
}


def wording(purpose: Purpose) -> Wording:
    """What is asked for today."""
    return WORDINGS[purpose][-1]


# The editions of that consent which say that one is counted among customers with the same taste.
SAY_SO_OF_GROUPS = ("2026-11-24",)
