"""The kinds of data about people: what each holds, why, on which ground, for how long, and who else gets it."""

from typing import NamedTuple

from webapp.customers import recipient, retention
from webapp.customers.legal_ground import CONSENT, CONTRACT, INTEREST, LAW, PROOF, Ground
from webapp.customers.recipient import Recipient
from webapp.customers.retention import Retention, Words


class DataKind(NamedTuple):
    """One kind. `until`: how long it stays where no period says it, or what comes before the periods."""

    code: str
    title: Words
    what: Words
    why: Words
    grounds: tuple[Ground, ...]
    until: Words | None = None
    periods: tuple[Retention, ...] = ()
    recipients: tuple[Recipient, ...] = ()


UNTIL_ERASED = {"en": "Until you erase it on your page.", "ru": "Пока вы не удалите их на своей странице."}

ACCOUNT = DataKind(
    "account",
    {"en": "Your account", "ru": "Учётная запись"},
    {
        "en": "E-mail address, name and telephone number if you give them, the language you read; and where we joined "
        "two accounts of yours, those of the other one.",
        "ru": "Электронная почта, имя и телефон, если вы их указали, язык, на котором вы читаете; а если мы объединили "
        "две ваши учётные записи, то же самое из второй.",
    },
    {"en": "To let you in, and to address you.", "ru": "Чтобы вы могли войти и мы могли обратиться."},
    (CONTRACT,),
    UNTIL_ERASED,
    (retention.MERGES, retention.IMPORTS),
)
DEVICES = DataKind(
    "devices",
    {"en": "Where you are signed in", "ru": "Где вы вошли"},
    {
        "en": "For each device what its browser calls itself and when it was last used; requests to sign in; how "
        "often something was tried from an address of the internet or for an address of e-mail.",
        "ru": "Для каждого устройства: как называет себя браузер и когда им пользовались; запросы на вход; сколько "
        "было попыток с одного адреса в интернете или для одной почты.",
    },
    {
        "en": "To keep you signed in, and to keep others from guessing their way in: that is the interest.",
        "ru": "Чтобы вы оставались в системе, а другие не могли войти подбором: в этом законный интерес.",
    },
    (CONTRACT, INTEREST),
    periods=(retention.ENDED_SESSIONS, retention.UNUSED_SESSIONS, retention.SIGN_INS, retention.TRIES),
)
BUILDS = DataKind(
    "builds",
    {"en": "Your builds", "ru": "Ваши сборки"},
    {
        "en": "What you save with its versions, promised prices, what you watch for, and what others said about it.",
        "ru": "Сохранённые сборки с их версиями, обещанные цены, то, за чем вы следите, и отзывы других о них.",
    },
    {"en": "Because you asked for it to be kept.", "ru": "Потому что вы попросили их сохранить."},
    (CONTRACT,),
    {
        "en": "Until you delete a build, or erase everything. Whoever has a link that you gave can open it until "
        "then; your name is not in it.",
        "ru": "Пока вы не удалите сборку или все данные. До тех пор её может открыть тот, у кого есть ваша ссылка; "
        "имени в ней нет.",
    },
    periods=(retention.REHEARSALS,),
)
MAKING = DataKind(
    "making",
    {"en": "What you are making, and your cart", "ru": "То, что вы собираете, и корзина"},
    {
        "en": "The build in the configurator with the way back, and the lines of the cart.",
        "ru": "Сборка в конфигураторе с пройденными шагами и строки корзины.",
    },
    {
        "en": "So that nothing is lost. Without an account it hangs on the random name of your browser.",
        "ru": "Чтобы ничего не потерялось. Без учётной записи всё привязано к случайному имени браузера.",
    },
    (CONTRACT,),
    periods=(retention.UNFINISHED, retention.REMOVED_LINES),
)
CLICKS = DataKind(
    "clicks",
    {"en": "Clicks on options", "ru": "Щелчки по вариантам"},
    {
        "en": "Which option was clicked when, under the random name of the browser; how far the way led, up to an "
        "order.",
        "ru": "По какому варианту и когда щёлкнули, под случайным именем браузера; докуда дошёл путь, вплоть до "
        "заказа.",
    },
    {
        "en": "To count which options are wanted and which do not go together: that is the interest. Nobody is "
        "judged by them, and no price follows from them.",
        "ru": "Чтобы считать, какие варианты нужны и какие не сочетаются: в этом законный интерес. Мы никого по ним "
        "не оцениваем, и цены от них не зависят.",
    },
    (INTEREST,),
    periods=(retention.CLICKS,),
)
PROFILE = DataKind(
    "profile",
    {"en": "Your profile", "ru": "Ваш профиль"},
    {
        "en": "Only if you allow it: what you click, save, order, show, write and open from letters, with you as its "
        "author; what you tell about yourself; what you do not want to be used. Facts are worked out of it anew each "
        "time; what they said last is noted, so that customers with the same taste can be counted.",
        "ru": "Только с вашего разрешения: что вы выбираете, сохраняете, заказываете, показываете, пишете и открываете "
        "из писем, с указанием, что это вы; что вы рассказали о себе; что вы просили не использовать. Выводы каждый "
        "раз вычисляются заново; последние из них записаны, чтобы считать покупателей с таким же вкусом.",
    },
    {"en": "To show you what fits you.", "ru": "Чтобы показывать то, что вам подходит."},
    (CONSENT,),
    {
        "en": "Until you forget it on your profile page or withdraw the consent: then it ends at once. What you tell "
        "about yourself stays until then.",
        "ru": "Пока вы не удалите это на странице профиля или не отзовёте согласие: тогда это прекращается сразу. До "
        "тех пор хранится то, что вы рассказали о себе.",
    },
    (retention.CLICKS, retention.DEEDS, retention.VISITS, retention.QUESTIONS),
)
OPINIONS = DataKind(
    "opinions",
    {"en": "What you said about builds of others", "ru": "Что вы сказали о чужих сборках"},
    {
        "en": "The name that you gave, your comment or proposal. Only the owner of the build and you see it.",
        "ru": "Имя, которое вы указали, ваш отзыв или предложение. Видят их только владелец сборки и вы.",
    },
    {"en": "Because you wanted it to be read.", "ru": "Потому что вы хотели, чтобы это прочли."},
    (CONTRACT,),
    {
        "en": "Until the owner of the build removes it or the build, or you erase everything.",
        "ru": "Пока владелец не удалит их или сборку либо вы не удалите все данные.",
    },
)
ORDERS = DataKind(
    "orders",
    {"en": "Your orders", "ru": "Ваши заказы"},
    {
        "en": "Name, e-mail address, delivery and billing address, telephone number and note if you gave them, what "
        "was ordered, what it cost, and how far it is.",
        "ru": "Имя, электронная почта, адреса доставки и плательщика, телефон и примечание, если вы их указали, "
        "состав и цена заказа и на каком он этапе.",
    },
    {
        "en": "To make, deliver and invoice it; afterwards because accounts must be kept.",
        "ru": "Чтобы его изготовить, доставить и выставить счёт; потом потому, что учёт нужно хранить.",
    },
    (CONTRACT, LAW),
    {
        "en": "If you erase your data, e-mail address, telephone number and note go at once, or when an order that "
        "is still under way is over; name, addresses and amounts stay, as the law asks, and then go too.",
        "ru": "Если вы удаляете данные, почта, телефон и примечание удаляются сразу, а у незавершённого заказа после "
        "его окончания; имя, адреса и суммы остаются, пока этого требует закон, а затем тоже удаляются.",
    },
    (retention.ACCOUNTS,),
    (recipient.CARRIER,),
)
MONEY = DataKind(
    "money",
    {"en": "Payments and invoices", "ru": "Платежи и счета"},
    {
        "en": "What was paid, sent back or disputed, and the invoices with name and address. No card numbers.",
        "ru": "Что оплачено, возвращено или оспорено, и счета с именем и адресом. Без номеров карт.",
    },
    {
        "en": "To settle orders, and because accounts must be kept.",
        "ru": "Для расчётов и потому, что учёт нужно хранить.",
    },
    (CONTRACT, LAW),
    None,
    (retention.ACCOUNTS,),
    (recipient.PAYMENT, recipient.TAX_OFFICE),
)
LETTERS = DataKind(
    "letters",
    {"en": "Letters to you", "ru": "Письма вам"},
    {
        "en": "What the shop wrote to you, and whether it left.",
        "ru": "Что вам написал магазин и ушло ли письмо.",
    },
    {
        "en": "To deliver them, and to see what went wrong.",
        "ru": "Чтобы их доставить и увидеть, что не получилось.",
    },
    (CONTRACT,),
    None,
    (retention.LETTERS,),
    (recipient.MAIL_SERVER,),
)
TOPICS = DataKind(
    "topics",
    {"en": "Topics that you follow", "ru": "Темы, на которые вы подписаны"},
    {
        "en": "Which topics, how often, in which language; what we told you of them; without an account also your "
        "e-mail address; and, if you allow us to learn from it, which links in letters you opened.",
        "ru": "Какие темы, как часто и на каком языке; что мы вам о них сообщили; без учётной записи ещё и ваша "
        "электронная почта; а если вы разрешили на этом учиться, какие ссылки из писем вы открыли.",
    },
    {
        "en": "To tell you what you asked for, once, and to count what our letters come to.",
        "ru": "Чтобы сообщать то, о чём вы просили, один раз, и считать, что дают наши письма.",
    },
    (CONSENT,),
    {"en": "Until you unsubscribe.", "ru": "Пока вы не отпишетесь."},
    (retention.OPT_INS, retention.DIGESTS, retention.OPENINGS),
    (recipient.MAIL_SERVER,),
)
CONSENTS = DataKind(
    "consents",
    {"en": "What you allowed", "ru": "Что вы разрешили"},
    {
        "en": "For each consent the words, the moment, where it was given, and when it was withdrawn.",
        "ru": "Для каждого согласия: слова, время, где оно дано и когда отозвано.",
    },
    {"en": "To keep to it, and to prove it.", "ru": "Чтобы его соблюдать и подтвердить."},
    (PROOF,),
    {"en": "As long as your account.", "ru": "Пока есть учётная запись."},
    (retention.RECEIPTS,),
)
REQUESTS = DataKind(
    "requests",
    {"en": "What you asked about your data", "ru": "Ваши обращения о данных"},
    {
        "en": "Your request and the answer; and of every erasure a number and the moment, which say nothing of you.",
        "ru": "Ваше обращение и ответ; а о каждом удалении номер и время, которые ничего о вас не говорят.",
    },
    {"en": "To answer in time, and to prove it.", "ru": "Чтобы вовремя ответить и подтвердить это."},
    (PROOF,),
    None,
    (retention.REQUESTS,),
)
NOTES = DataKind(
    "notes",
    {"en": "What we note to serve you", "ru": "Что мы записываем, чтобы вам помочь"},
    {
        "en": "Calls and visits with what was said, what we are to do for you, and who looks after you.",
        "ru": "Звонки и визиты и о чём шла речь, что нам нужно для вас сделать и кто вами занимается.",
    },
    {
        "en": "So that any colleague knows what was agreed, and you need not say it twice: that is the interest.",
        "ru": "Чтобы любой сотрудник знал, о чём договорились, и вам не пришлось повторять: в этом законный интерес.",
    },
    (INTEREST,),
    {"en": "Your manager: as long as your account.", "ru": "Ваш менеджер: пока есть учётная запись."},
    (retention.CONTACTS, retention.ERRANDS),
)
TALK = DataKind(
    "talk",
    {"en": "What you write to us, and what we answer", "ru": "Что вы нам пишете и что мы отвечаем"},
    {
        "en": "Messages and pictures, on which build or order, when, and what was said on the telephone; without an "
        "account also your name and e-mail address; and what colleagues note about it for each other.",
        "ru": "Сообщения и изображения, о какой они сборке или заказе, когда написаны и о чём говорили по телефону; "
        "без учётной записи ещё имя и электронная почта; и то, что сотрудники при этом помечают друг для друга.",
    },
    {
        "en": "Because you asked, and so that whoever answers knows what was said before.",
        "ru": "Потому что вы спросили и чтобы тот, кто отвечает, знал, о чём уже шла речь.",
    },
    (CONTRACT,),
    None,
    (retention.THREADS, retention.INCOMING),
    (recipient.MAIL_SERVER,),
)
LEVELS = DataKind(
    "levels",
    {"en": "Your service level", "ru": "Ваш уровень"},
    {
        "en": "Which level you have, since when, and the sums of your orders from which it followed.",
        "ru": "Какой у вас уровень, с какого дня и из каких сумм ваших заказов он следует.",
    },
    {"en": "To give you what your orders have earned.", "ru": "Чтобы давать вам то, что дают ваши заказы."},
    (CONTRACT,),
    {"en": "As long as your account.", "ru": "Пока есть учётная запись."},
)

ALL = (
    ACCOUNT,
    DEVICES,
    BUILDS,
    MAKING,
    CLICKS,
    PROFILE,
    OPINIONS,
    ORDERS,
    MONEY,
    LETTERS,
    TOPICS,
    CONSENTS,
    REQUESTS,
    NOTES,
    TALK,
    LEVELS,
)
