"""The tables about topics that people follow, as the map of data speaks of them."""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.kept_table import Erased, KeptTable, Mailed, Of

TOPIC_TABLES: Mapping[str, KeptTable] = {
    "outbox_consents": KeptTable(
        {"en": "Consents that letters rest on", "ru": "Согласия, на которых основаны письма"},
        data_kind.LETTERS,
        (Of("letter_id", "outbox"),),
        Erased.WITH,
    ),
    "held_letters": KeptTable(
        {"en": "Letters that had to wait", "ru": "Письма, которые ждут"},
        data_kind.BUILDS,
        (Of("build_id", "builds"),),
        Erased.WITH,
    ),
    "subscribers": KeptTable(
        {"en": "Who follows topics", "ru": "Подписчик"},
        data_kind.TOPICS,
        (Of("customer_id", "customers"), Mailed("email")),
        Erased.DELETED,
        hidden=("code", "key_counter"),
    ),
    "subscriptions": KeptTable(
        {"en": "Topics", "ru": "Темы"},
        data_kind.TOPICS,
        (Of("subscriber_id", "subscribers"),),
        Erased.WITH,
    ),
    "opt_ins": KeptTable(
        {"en": "Requests for news", "ru": "Запросы на новости"},
        data_kind.TOPICS,
        (Mailed("email"),),
        Erased.DELETED,
        hidden=("link_hash", "token"),
    ),
    "guest_consents": KeptTable(
        {"en": "Consents given without an account", "ru": "Согласия, данные без учётной записи"},
        data_kind.CONSENTS,
        (Mailed("email"),),
        Erased.DELETED,
        why="a receipt without a name stays in past_consents",
    ),
    "digests": KeptTable(
        {"en": "Letters about topics", "ru": "Письма по темам"},
        data_kind.TOPICS,
        (Of("subscriber_id", "subscribers"),),
        Erased.BLANKED,
        {"subscriber_id": None},
        why="counted, without saying whose they were",
    ),
    "digest_entries": KeptTable(
        {"en": "What they told", "ru": "Что в них сообщалось"},
        data_kind.TOPICS,
        (Of("subscriber_id", "subscribers"),),
        Erased.BLANKED,
        {"subscriber_id": None},
        why="counted, without saying whose they were",
    ),
    "news_openings": KeptTable(
        {"en": "Links opened in letters", "ru": "Ссылки, открытые из писем"},
        data_kind.TOPICS,
        (Of("customer_id", "customers"),),
        Erased.BLANKED,
        {"customer_id": None},
        why="counted, without saying whose they were",
    ),
    "news_items": KeptTable({}, None, why="what the shop tells everybody who follows a topic"),
}
