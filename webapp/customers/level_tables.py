"""The tables of service levels on the map of data."""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.kept_table import Erased, KeptTable, Of

LEVEL_TABLES: Mapping[str, KeptTable] = {
    "service_levels": KeptTable(
        {}, None, why="the steps of the ladder with their rules, which anybody may read"
    ),
    "customer_levels": KeptTable(
        {"en": "Your service level", "ru": "Ваш уровень"},
        data_kind.LEVELS,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
        hidden=("level_id", "falls_to"),
    ),
    "level_changes": KeptTable(
        {"en": "What became of your level", "ru": "Как менялся ваш уровень"},
        data_kind.LEVELS,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "level_dues": KeptTable({}, None, why="numbers of customers whose level the worker has yet to look at"),
}
