"""How long things are kept, and since when: what the worker does and the privacy policy says, from one place."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

Words = Mapping[str, str]


class Retention(NamedTuple):
    """Some days, or some whole years after the end of the one in which it happened, as accounts are kept.

    `since`: after what, in words that follow on "30 days …".
    """

    code: str
    since: Words
    days: int = 0
    years: int = 0

    @property
    def length(self) -> timedelta:
        """Of one in days."""
        assert self.days
        return timedelta(days=self.days)

    def before(self, at: datetime) -> datetime:
        """What happened before that moment has had its time."""
        if self.days:
            return at - self.length
        return datetime(at.year - self.years, 1, 1, tzinfo=UTC)


TRIES = Retention(
    "tries",
    {"en": "after the first of tries that are counted", "ru": "с первой из подсчитанных попыток"},
    days=1,
)
SIGN_INS = Retention(
    "sign-ins",
    {"en": "after a request to sign in has ended", "ru": "после того, как истёк запрос на вход"},
    days=1,
)
ENDED_SESSIONS = Retention(
    "ended-sessions", {"en": "after a device was signed out", "ru": "после выхода на устройстве"}, days=30
)
UNUSED_SESSIONS = Retention(
    "unused-sessions",
    {
        "en": "without use, then a device is signed out",
        "ru": "без посещений, затем вход на устройстве завершается",
    },
    days=180,
)
LETTERS = Retention(
    "letters", {"en": "after they were sent or given up", "ru": "после отправки или отказа от неё"}, days=30
)
OPT_INS = Retention(
    "opt-ins",
    {
        "en": "after a request for news that nobody confirmed has ended",
        "ru": "после того, как истёк неподтверждённый запрос на новости",
    },
    days=1,
)
DIGESTS = Retention(
    "digests",
    {
        "en": "after we told you something; then it counts without you",
        "ru": "после того, как мы вам что-то сообщили; потом это учитывается уже без вас",
    },
    days=180,
)
OPENINGS = Retention(
    "openings",
    {
        "en": "after you opened a link of a letter, and only if you allow us to learn from it",
        "ru": "после того, как вы открыли ссылку из письма, и только если вы разрешили на этом учиться",
    },
    days=90,
)
REMOVED_LINES = Retention(
    "removed-lines",
    {"en": "after something was taken out of the cart", "ru": "после того, как что-то убрали из корзины"},
    days=1,
)
UNFINISHED = Retention(
    "unfinished",
    {
        "en": "after the last change of an unsaved build or a cart",
        "ru": "после последнего изменения несохранённой сборки или корзины",
    },
    days=365,
)
CLICKS = Retention(
    "clicks",
    {
        "en": "after the click; then it counts without the random name",
        "ru": "после щелчка; потом он учитывается уже без случайного имени",
    },
    days=365,
)
VISITS = Retention(
    "visits",
    {
        "en": "after a visit or a letter that was opened; then it is no longer in your profile",
        "ru": "после посещения или перехода из письма; потом этого в профиле больше нет",
    },
    days=180,
)
DEEDS = Retention(
    "deeds",
    {
        "en": "after something was saved, ordered, shared or said; then it is no longer in your profile",
        "ru": "после того, как вы что-то сохранили, заказали, показали или написали; потом этого в профиле больше нет",
    },
    days=730,
)
QUESTIONS = Retention(
    "questions",
    {"en": "after we asked you something", "ru": "после того, как мы вас о чём-то спросили"},
    days=365,
)
REHEARSALS = Retention(
    "rehearsals",
    {
        "en": "after a trial run of a new catalogue in which a build was looked at",
        "ru": "после пробного прогона нового каталога, в котором проверялась сборка",
    },
    days=90,
)
CONTACTS = Retention(
    "contacts",
    {"en": "after a call, a visit or a note", "ru": "после звонка, визита или заметки"},
    days=730,
)
ERRANDS = Retention(
    "errands",
    {
        "en": "after we did what was to be done for you",
        "ru": "после того, как мы сделали то, что нужно было для вас",
    },
    days=365,
)
THREADS = Retention(
    "threads",
    {"en": "after the last message of a thread", "ru": "после последнего сообщения в переписке"},
    days=730,
)
INCOMING = Retention(
    "incoming-letters",
    {
        "en": "after we have read a letter of yours that became no message",
        "ru": "после того, как мы прочитали ваше письмо, которое не стало сообщением",
    },
    days=30,
)
MERGES = Retention(
    "merges",
    {
        "en": "after two accounts were joined; until then they can be parted again",
        "ru": "после объединения двух учётных записей; до этого их можно снова разделить",
    },
    days=180,
)
IMPORTS = Retention(
    "imports",
    {
        "en": "after we took over a list of customers; then its rows go, and what came of them stays",
        "ru": "после переноса списка клиентов; потом его строки удаляются, а то, что из них получилось, остаётся",
    },
    days=30,
)
RECEIPTS = Retention(
    "receipts",
    {
        "en": "after the end of the year of the withdrawal or erasure, without a name from the erasure on",
        "ru": "после окончания года, в котором согласие отозвано или данные удалены; после удаления уже без имени",
    },
    years=3,
)
REQUESTS = Retention(
    "requests",
    {"en": "after the end of the year of the answer", "ru": "после окончания года, в котором дан ответ"},
    years=3,
)
ACCOUNTS = Retention(
    "accounts",
    {
        "en": "after the end of the year of the document",
        "ru": "после окончания года, к которому относится документ",
    },
    years=8,
)

ALL = (
    TRIES,
    SIGN_INS,
    ENDED_SESSIONS,
    UNUSED_SESSIONS,
    LETTERS,
    OPT_INS,
    DIGESTS,
    OPENINGS,
    REMOVED_LINES,
    UNFINISHED,
    CLICKS,
    VISITS,
    DEEDS,
    QUESTIONS,
    REHEARSALS,
    CONTACTS,
    ERRANDS,
    THREADS,
    INCOMING,
    MERGES,
    IMPORTS,
    RECEIPTS,
    REQUESTS,
    ACCOUNTS,
)
