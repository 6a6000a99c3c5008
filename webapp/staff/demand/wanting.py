"""Refused demand: what was clicked and ruled out, by rule and by option, and what would be if a rule went."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask_babel import gettext as _

from catalog.expression import OptionKey
from catalog.model import Rule
from webapp.database import reading
from webapp.sales.demand import extra_paid
from webapp.sales.demand.refusal import LIMIT, Outcome
from webapp.sales.demand.refusals_counted import RefusalsCounted, RuleAgainst, WhatIf
from webapp.sales.demand.refused import STOPPED, Refused
from webapp.sales.demand.rule_against import options_of
from webapp.staff.demand.chart import Chart, bars
from webapp.staff.demand.filters import Filters
from webapp.staff.demand.table import Cell, Table, amount, extra, number, share, words
from webapp.staff.demand.words import OUTCOMES, VERDICTS, band_name, rule_name

DRAWN = 10
SHOWN_OUTCOMES = (Outcome.REPAIR.value, Outcome.BACK.value, Outcome.KEPT_ON.value, STOPPED)


@dataclass
class Wanting:
    """The clicks of a family in a period that the rules refused."""

    filters: Filters

    @cached_property
    def counted(self) -> RefusalsCounted:
        return RefusalsCounted(reading(), self.filters.scope)

    @property
    def in_all(self) -> Refused:
        return self.counted.in_all

    @cached_property
    def rules_against(self) -> list[RuleAgainst]:
        return self.counted.by_rule(self.filters.sold.number)

    @property
    def by_rule(self) -> list[Refused]:
        return [each.refused for each in self.rules_against]

    @property
    def by_option(self) -> list[Refused]:
        return self.counted.by_option

    @cached_property
    def what_ifs(self) -> dict[str, WhatIf]:
        return {each.refused.name: each.what_if for each in self.rules_against}

    @cached_property
    def bands(self) -> list[extra_paid.Band]:
        return extra_paid.bands(reading(), self.filters.scope)

    @property
    def is_empty(self) -> bool:
        return not self.in_all.clicks

    @property
    def is_offered(self) -> bool:
        """Whether a repair was ever offered."""
        return any(band.offered for band in self.bands)

    @property
    def currency(self) -> str:
        return self.filters.family.currency

    @property
    def open_answers(self) -> int:
        """What-ifs that are not worked out yet."""
        return sum(found.open for rule, found in self.what_ifs.items() if not rule.startswith(LIMIT))

    @property
    def all_answers(self) -> int:
        return sum(
            found.open + found.answered for rule, found in self.what_ifs.items() if not rule.startswith(LIMIT)
        )

    @property
    def rules_chart(self) -> Chart:
        return self._outcomes(
            _("What shoppers did, by the rule that stood against them"),
            [(rule_name(self.filters, each.name), each) for each in self.by_rule[:DRAWN]],
        )

    @property
    def options_chart(self) -> Chart:
        return self._outcomes(
            _("What shoppers did, by the option they wanted"),
            [(self.option_name(each.name), each) for each in self.by_option[:DRAWN]],
        )

    @property
    def rules(self) -> Table:
        rows = [
            [
                words(
                    rule_name(self.filters, each.name),
                    self.filters.to("demand_rule", code=each.name),
                    code=each.name,
                ),
                *self._counts(each, rule=each.name),
                self._gain(each.name),
            ]
            for each in self.by_rule
        ]
        columns = [(_("Rule"), False), *self._columns(), (_("Could be built without it"), True)]
        return Table("rules", _("By rule"), columns, rows)

    @property
    def options(self) -> Table:
        rows = [
            [
                words(self.option_name(each.name), code=each.name),
                *self._counts(each, option=each.name),
            ]
            for each in self.by_option
        ]
        return Table("refused-options", _("By option"), [(_("Option"), False), *self._columns()], rows)

    @property
    def prices(self) -> Table:
        rows = [
            [
                words(band_name(band)),
                number(band.offered, self.filters.rows("refusals", band=band.place)),
                number(
                    band.taken,
                    self.filters.rows("refusals", band=band.place, outcome=Outcome.REPAIR.value),
                ),
                share(band.taken, band.offered),
            ]
            for band in self.bands
        ]
        columns = [
            (_("Extra, of the build’s total"), False),
            (_("Offered"), True),
            (_("Taken"), True),
            (_("Share taken"), True),
        ]
        return Table("prices", _("What a repair asked for, and whether it was taken"), columns, rows)

    @property
    def prices_chart(self) -> Chart:
        shown = [round(100 * band.taken / band.offered, 1) if band.offered else None for band in self.bands]
        return bars(
            _("Share of repairs taken, by what they asked for"),
            [band_name(band) for band in self.bands],
            [(_("Share taken"), shown)],
            " %",
        )

    @property
    def option_prices(self) -> Table:
        rows = [
            [
                words(self.option_name(str(each.option)), code=str(each.option)),
                number(each.offered, self.filters.rows("refusals", option=str(each.option), offered=1)),
                number(
                    each.taken,
                    self.filters.rows(
                        "refusals", option=str(each.option), offered=1, outcome=Outcome.REPAIR.value
                    ),
                ),
                share(each.taken, each.offered),
                extra(each.paid, self.currency),
                extra(each.refused, self.currency),
            ]
            for each in extra_paid.by_option(reading(), self.filters.scope)
        ]
        columns = [
            (_("Option"), False),
            (_("Offered"), True),
            (_("Taken"), True),
            (_("Share taken"), True),
            (_("Average extra paid"), True),
            (_("Average extra refused"), True),
        ]
        return Table("option-prices", _("By option"), columns, rows)

    def option_name(self, code: str) -> str:
        key = OptionKey(*code.split(".", 1))
        name = _("without") if key.option == "none" else self.filters.name(key)
        return f"{self.filters.group_name(key.group)}: {name}"

    def _outcomes(self, title: str, rows: Sequence[tuple[str, Refused]]) -> Chart:
        counts = [(each.repaired, each.back, each.kept_on, each.stopped) for _, each in rows]
        series = [
            (str(OUTCOMES[name]), [count[place] for count in counts])
            for place, name in enumerate(SHOWN_OUTCOMES)
        ]
        return bars(title, [name for name, _ in rows], series, stacked=True, wide=True)

    def _columns(self) -> list[tuple[str, bool]]:
        return [
            (_("Clicks"), True),
            (_("Wishes"), True),
            *((str(OUTCOMES[name]), True) for name in SHOWN_OUTCOMES),
            (_("At stake"), True),
        ]

    def _counts(self, each: Refused, **of: str) -> list[Cell]:
        clicks = f"{self._clicks}&{urlencode(of)}"
        return [
            number(each.clicks, clicks),
            number(each.wishes, f"{clicks}&wishes=1"),
            *(
                number(count, f"{clicks}&outcome={name}")
                for name, count in zip(
                    SHOWN_OUTCOMES, (each.repaired, each.back, each.kept_on, each.stopped), strict=True
                )
            ),
            amount(each.stake, self.currency, f"{clicks}&at_stake=1"),
        ]

    @cached_property
    def _clicks(self) -> str:
        """The address of all refused clicks, made once: a table has more than a thousand links to some of them."""
        return self.filters.rows("refusals")

    def _gain(self, code: str) -> Cell:
        found = self.what_ifs.get(code, WhatIf())
        if code.startswith(LIMIT) or code not in self.filters.rules:
            return Cell("–", None, None, True)
        if found.open and not found.answered:
            return Cell("…", None, None, True)
        return number(found.without, self.filters.rows("refusals", rule=code, verdict="without"))


@dataclass
class OneRule:
    """One rule that stood against clicks: what it says, and what would be if it went."""

    filters: Filters
    code: str

    @property
    def name(self) -> str:
        return rule_name(self.filters, self.code)

    @property
    def rule(self) -> Rule | None:
        """As it is today; None where it is gone, or a group's own limit."""
        return self.filters.rules.get(self.code)

    @cached_property
    def what_if(self) -> WhatIf:
        found = RefusalsCounted(reading(), self.filters.scope).by_rule(self.filters.sold.number, self.code)
        return found[0].what_if if found else WhatIf()

    @property
    def wishes(self) -> int:
        return self.what_if.open + self.what_if.answered

    @property
    def verdicts(self) -> Table:
        rows = [
            [
                words(str(title), code=name),
                number(count, self.filters.rows("refusals", rule=self.code, verdict=name)),
                share(count, self.wishes),
            ]
            for name, title in VERDICTS.items()
            if (count := getattr(self.what_if, name)) or name == "without"
        ]
        columns = [(_("If the rule went"), False), (_("Wishes"), True), (_("Share"), True)]
        return Table("what-if", _("If the rule went"), columns, rows)

    @property
    def options(self) -> Table:
        wanting = Wanting(self.filters)
        rows = [
            [
                words(wanting.option_name(str(key)), code=str(key)),
                number(count, self.filters.rows("refusals", rule=self.code, option=str(key), wishes=1)),
            ]
            for key, count in options_of(reading(), self.filters.scope, self.code)
        ]
        columns = [(_("Option"), False), (_("Wishes"), True)]
        return Table("rule-options", _("What it stood against"), columns, rows)
