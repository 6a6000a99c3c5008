"""The tables of who is one and the same person, as the map of data speaks of them."""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.kept_table import Erased, KeptTable, Mailed, Named, Of

ACCOUNT_TABLES: Mapping[str, KeptTable] = {
    "merged_accounts": KeptTable(
        {"en": "Accounts that were joined with yours", "ru": "Учётные записи, объединённые с вашей"},
        data_kind.ACCOUNT,
        (Of("customer_id", "customers"), Named("owner")),
        Erased.DELETED,
        hidden=("token", "owner", "merged_id", "changes", "staff_name"),
    ),
    "different_people": KeptTable(
        {"en": "Others whom we took for you", "ru": "С кем мы вас могли перепутать"},
        data_kind.ACCOUNT,
        (Named("one"), Named("other")),
        Erased.DELETED,
        hidden=("one", "other", "staff_name"),
    ),
    "customer_imports": KeptTable({}, None, why="names of files, and who of us sent them"),
    "customer_import_rows": KeptTable(
        {"en": "Your row in a list that we took over", "ru": "Ваша строка в перенесённом списке"},
        data_kind.ACCOUNT,
        (Of("customer_id", "customers"), Mailed("email")),
        Erased.DELETED,
        hidden=("changes", "faults", "import_id", "outcome"),
    ),
}
