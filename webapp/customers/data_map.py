"""Every table of the shop: whether its rows are about customers, how one finds whose they are, how they are erased.

A table that is not named here fails a test. From this the file to take away is made, and the erasure done.
"""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.account_tables import ACCOUNT_TABLES
from webapp.customers.data_kind import DataKind
from webapp.customers.kept_table import Erased, KeptTable, Link, Mailed, Named, Of
from webapp.customers.level_tables import LEVEL_TABLES
from webapp.customers.profile_tables import PROFILE_TABLES
from webapp.customers.talk_tables import TALK_TABLES
from webapp.customers.topic_tables import TOPIC_TABLES


def _of_build(english: str, russian: str, column: str = "build_id", table: str = "builds") -> KeptTable:
    return KeptTable(
        {"en": english, "ru": russian}, data_kind.BUILDS, (Of(column, table),), Erased.WITH, hidden=("token",)
    )


def _of_order(english: str, russian: str, *links: Link, kind: DataKind = data_kind.ORDERS) -> KeptTable:
    return KeptTable(
        {"en": english, "ru": russian},
        kind,
        links or (Of("order_id", "orders"),),
        Erased.KEPT,
        hidden=("token", "idempotency_key", "session_url"),
        why="accounts",
    )


def _nobodys(why: str) -> KeptTable:
    return KeptTable({}, None, why=why)


TABLES: Mapping[str, KeptTable] = {
    # The account
    "customers": KeptTable(
        {"en": "Account", "ru": "Учётная запись"},
        data_kind.ACCOUNT,
        (Named("owner"),),
        Erased.DELETED,
        hidden=("owner",),
    ),
    "customer_sessions": KeptTable(
        {"en": "Devices", "ru": "Устройства"},
        data_kind.DEVICES,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
        hidden=("token_hash",),
    ),
    "sign_in_requests": KeptTable(
        {"en": "Requests to sign in", "ru": "Запросы на вход"},
        data_kind.DEVICES,
        (Mailed("email"),),
        Erased.DELETED,
        hidden=("code", "link_hash", "digits_hash"),
    ),
    "attempts": KeptTable(
        {"en": "Counted tries", "ru": "Подсчёт попыток"},
        data_kind.DEVICES,
        (Mailed("key", within=True),),
        Erased.DELETED,
    ),
    "consents": KeptTable(
        {"en": "Consents", "ru": "Согласия"},
        data_kind.CONSENTS,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
        why="a receipt without a name stays in past_consents",
    ),
    "past_consents": _nobodys("receipts of people who were forgotten: no name, no address"),
    "rights_requests": KeptTable(
        {"en": "Requests about data", "ru": "Обращения о данных"},
        data_kind.REQUESTS,
        (Of("customer_id", "customers"), Mailed("email")),
        Erased.BLANKED,
        {"email": "", "name": "", "words": "", "answer": "", "customer_id": None},
        hidden=("token",),
        why="that it was answered in time has to be proven",
    ),
    "erasures": _nobodys("a number and hashes of random names that stand nowhere any more"),
    "unfinished_erasures": _of_order(
        "Erasures to be finished", "Незавершённые удаления", kind=data_kind.REQUESTS
    ),
    "search_entries": KeptTable(
        {"en": "Words by which colleagues find you", "ru": "Слова, по которым вас находят сотрудники"},
        data_kind.ACCOUNT,
        (Named("owner"),),
        Erased.DELETED,
        hidden=("owner", "customer_id", "order_id"),
    ),
    "search_pieces": _nobodys(
        "pieces of search_entries, for slips in typing; the database drops them with those"
    ),
    "segments": _nobodys("rules about customers, by colleagues; who a rule finds is written nowhere"),
    "segment_sizes": _nobodys("how many people a rule found on a day, without saying who"),
    "search_changes": _nobodys("numbers of rows that the search has yet to learn"),
    # Builds
    "builds": KeptTable(
        {"en": "Builds", "ru": "Сборки"},
        data_kind.BUILDS,
        (Named("owner"),),
        Erased.DELETED,
        hidden=("token", "owner", "edit_counter", "look_counter"),
    ),
    "build_versions": _of_build("Versions of builds", "Версии сборок"),
    "quotes": _of_build("Promised prices", "Обещанные цены"),
    "promise_reminders": _of_build(
        "Reminders of promised prices", "Напоминания о ценах", "quote_id", "quotes"
    ),
    "watches": _of_build("What is watched for", "За чем вы следите"),
    "sightings": _of_build("What came true", "Что сбылось", "watch_id", "watches"),
    "demand_part_sets": KeptTable(
        {"en": "Builds and orders as they are counted", "ru": "Сборки и заказы, как они учтены"},
        data_kind.BUILDS,
        (Of("build_id", "builds"), Of("order_line_id", "order_lines")),
        Erased.WITH,
        hidden=("picked", "said"),
        why="of an order: stays with its line and says nothing that is not there",
    ),
    "rehearsed": KeptTable(
        {"en": "Trial runs of a new catalogue", "ru": "Пробные прогоны нового каталога"},
        data_kind.BUILDS,
        (Named("owner"), Of("ref", "orders", "number")),
        Erased.BLANKED,
        {"owner": None, "name": "", "ref": "—"},
        hidden=("owner", "ref"),
        why="counted, without saying whose they were",
    ),
    "current_builds": KeptTable(
        {"en": "What you are making", "ru": "То, что вы собираете"},
        data_kind.MAKING,
        (Named("owner"),),
        Erased.DELETED,
        hidden=("owner",),
    ),
    "cart_lines": KeptTable(
        {"en": "Cart", "ru": "Корзина"},
        data_kind.MAKING,
        (Named("owner"),),
        Erased.DELETED,
        hidden=("owner", "token"),
    ),
    # Others' builds
    "comments": KeptTable(
        {"en": "Comments", "ru": "Отзывы"},
        data_kind.OPINIONS,
        (Named("writer"), Of("build_id", "builds")),
        Erased.DELETED,
        hidden=("writer", "token"),
    ),
    "proposals": KeptTable(
        {"en": "Proposals", "ru": "Предложения"},
        data_kind.OPINIONS,
        (Named("writer"), Of("build_id", "builds")),
        Erased.BLANKED,
        {"author": "—", "writer": "", "message": ""},
        hidden=("writer", "token"),
        why="what was proposed is its reader's by now; who did is forgotten",
    ),
    # Clicks
    "touchpoints": KeptTable(
        {"en": "Clicks", "ru": "Щелчки"},
        data_kind.CLICKS,
        (Named("visitor"), Of("customer_id", "customers")),
        Erased.BLANKED,
        {"visitor": None, "customer_id": None, "ref": None},
        hidden=("visitor",),
        why="counted, without saying whose they were",
    ),
    "demand_journeys": KeptTable(
        {"en": "Ways through the configurator", "ru": "Пути по конфигуратору"},
        data_kind.CLICKS,
        (Named("visitor"),),
        Erased.BLANKED,
        {"visitor": None},
        hidden=("visitor",),
        why="counted, without saying whose they were",
    ),
    "demand_refusals": KeptTable(
        {"en": "Options that did not fit", "ru": "Варианты, которые не подошли"},
        data_kind.CLICKS,
        (Of("id", "touchpoints"),),
        Erased.KEPT,
        why="says whose it was by its click alone",
    ),
    "demand_refusal_rules": KeptTable(
        {"en": "Rules that stood against them", "ru": "Правила, которые помешали"},
        data_kind.CLICKS,
        (Of("refusal_id", "demand_refusals"),),
        Erased.KEPT,
        why="says whose it was by its click alone",
    ),
    **PROFILE_TABLES,
    # Orders
    "orders": KeptTable(
        {"en": "Orders", "ru": "Заказы"},
        data_kind.ORDERS,
        (Named("owner"), Mailed("email")),
        Erased.CLOSED,
        {"owner": None, "email": "", "phone": "", "note": ""},
        hidden=("owner", "token", "code", "key_counter"),
        why="accounts",
    ),
    "order_lines": _of_order("Lines of orders", "Строки заказов"),
    "order_reductions": _of_order("Reductions of orders", "Скидки в заказах"),
    "order_revisions": _of_order("Revisions of orders", "Редакции заказов"),
    "order_steps": _of_order("What happened to orders", "Что было с заказами"),
    "order_taxes": _of_order("Tax of orders", "Налог в заказах"),
    "deliveries": _of_order("Deliveries", "Доставки"),
    "billing_addresses": _of_order("Billing addresses", "Адреса плательщика"),
    "bookings": _of_order("Weeks in the workshop", "Недели в мастерской"),
    "offer_uses": KeptTable(
        {"en": "Codes used", "ru": "Использованные коды"},
        data_kind.ORDERS,
        (Of("order_id", "orders"), Named("customer"), Mailed("email")),
        Erased.BLANKED,
        {"customer": None, "email": None},
        hidden=("customer",),
        why="counted, without saying whose they were",
    ),
    "payments": _of_order("Payments", "Платежи", kind=data_kind.MONEY),
    "payment_intents": _of_order("Payments begun", "Начатые платежи", kind=data_kind.MONEY),
    "refunds": _of_order("Refunds", "Возвраты", Of("payment_id", "payments"), kind=data_kind.MONEY),
    "disputes": _of_order("Disputes", "Споры", Of("payment_id", "payments"), kind=data_kind.MONEY),
    "stripe_events": _of_order(
        "Messages of the payment service", "Сообщения платёжной службы", kind=data_kind.MONEY
    ),
    "invoices": _of_order("Invoices", "Счета", kind=data_kind.MONEY),
    # Letters
    "outbox": KeptTable(
        {"en": "Letters", "ru": "Письма"},
        data_kind.LETTERS,
        (Mailed("recipient"), Of("consent_id", "consents")),
        Erased.DELETED,
    ),
    "outbox_tries": KeptTable(
        {"en": "Tries to send them", "ru": "Попытки отправки"},
        data_kind.LETTERS,
        (Of("letter_id", "outbox"),),
        Erased.WITH,
    ),
    **ACCOUNT_TABLES,
    **TOPIC_TABLES,
    **TALK_TABLES,
    **LEVEL_TABLES,
    # The catalogue, the workshop and the desk
    "staff_members": _nobodys("colleagues"),
    "staff_sessions": _nobodys("where colleagues are signed in"),
    "staff_invitations": _nobodys("colleagues"),
    "staff_recovery_codes": _nobodys("keys of colleagues"),
    "staff_acts": _nobodys("what colleagues did, by their name; a customer's order by its number alone"),
    "draft_revisions": _nobodys("the catalogue; its author is a colleague"),
    "published_versions": _nobodys("the catalogue; its author is a colleague"),
    "publications": _nobodys("the catalogue; its author is a colleague"),
    "publishing_limits": _nobodys("the catalogue"),
    "tasks": _nobodys("work on the catalogue; a colleague asked for it"),
    "offers": _nobodys("codes and what they take off"),
    "closed_days": _nobodys("the workshop's calendar"),
    "weekly_patterns": _nobodys("the workshop's calendar"),
    "week_capacities": _nobodys("the workshop's calendar"),
    "demand_answers": _nobodys("what would be possible without a rule"),
    "demand_options": _nobodys("options of the catalogue"),
    "demand_progress": _nobodys("how far clicks are counted"),
}
