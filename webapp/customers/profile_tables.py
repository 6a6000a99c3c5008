"""The tables of the profile, as the map of data speaks of them."""

from collections.abc import Mapping

from webapp.customers import data_kind
from webapp.customers.kept_table import Erased, KeptTable, Of

PROFILE_TABLES: Mapping[str, KeptTable] = {
    "stated_facts": KeptTable(
        {"en": "What you told us about yourself", "ru": "Что вы рассказали о себе"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "stated_addresses": KeptTable(
        {"en": "Your address, as you told it", "ru": "Ваш адрес, как вы его назвали"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "inferred_preferences": KeptTable(
        {"en": "What follows from what you did", "ru": "Что следует из ваших действий"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "preference_reckonings": KeptTable(
        {"en": "From how many acts it follows", "ru": "Из скольких действий это следует"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "unused_facts": KeptTable(
        {"en": "What you do not want to be used", "ru": "Что вы просили не использовать"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
    "asked_questions": KeptTable(
        {"en": "What you were asked", "ru": "О чём мы вас спрашивали"},
        data_kind.PROFILE,
        (Of("customer_id", "customers"),),
        Erased.DELETED,
    ),
}
