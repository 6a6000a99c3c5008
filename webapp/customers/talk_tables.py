"""The tables of what people and the shop say to each other, and of what is noted to serve them, on the map of data."""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.kept_table import Erased, KeptTable, Mailed, Named, Of

TALK_TABLES: Mapping[str, KeptTable] = {
    "contacts": KeptTable(
        {"en": "Calls, visits and notes", "ru": "Звонки, визиты и заметки"},
        data_kind.NOTES,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
        hidden=("token",),
    ),
    "errands": KeptTable(
        {"en": "What we are to do for you", "ru": "Что нам нужно для вас сделать"},
        data_kind.NOTES,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
        hidden=("token",),
    ),
    "managers": KeptTable(
        {"en": "Who looks after you", "ru": "Кто вами занимается"},
        data_kind.NOTES,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "threads": KeptTable(
        {"en": "Threads", "ru": "Переписка"},
        data_kind.TALK,
        (Of("customer_id", "customers"), Named("owner"), Mailed("email")),
        Erased.DELETED,
        hidden=("code", "key_counter", "token", "owner", "assigned_id"),
    ),
    "messages": KeptTable(
        {"en": "Messages", "ru": "Сообщения"},
        data_kind.TALK,
        (Of("thread_id", "threads"),),
        Erased.WITH,
        hidden=("token",),
    ),
    "message_pictures": KeptTable(
        {"en": "Pictures in messages", "ru": "Изображения в сообщениях"},
        data_kind.TALK,
        (Of("message_id", "messages"),),
        Erased.WITH,
        hidden=("code", "content"),
    ),
    "thread_notes": KeptTable(
        {"en": "Notes of colleagues on a thread", "ru": "Заметки сотрудников к переписке"},
        data_kind.TALK,
        (Of("thread_id", "threads"),),
        Erased.WITH,
        withheld=True,
        why="what colleagues say among themselves is in no file; whoever asks for it is answered by a person",
    ),
    "incoming_mails": KeptTable(
        {"en": "Letters that you sent us", "ru": "Письма, которые вы нам прислали"},
        data_kind.TALK,
        (Of("thread_id", "threads"), Mailed("sender")),
        Erased.DELETED,
    ),
    "thread_proposals": KeptTable({}, None, why="which proposal came with which message; goes with either"),
    "answer_waits": KeptTable(
        {"en": "How long you waited for an answer", "ru": "Как долго вы ждали ответа"},
        data_kind.TALK,
        (Of("thread_id", "threads"),),
        Erased.BLANKED,
        {"thread_id": None},
        why="counted, without saying whose it was",
    ),
    "office_days": KeptTable({}, None, why="when the shop answers messages"),
    "answer_promises": KeptTable({}, None, why="within how many hours the shop promises to answer"),
    "canned_answers": KeptTable({}, None, why="answers that colleagues keep ready, about nobody"),
}
