"""Extra paid: what repairs asked for on top of a build, and how many shoppers took one at that price."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from catalog.expression import OptionKey
from webapp.sales.demand.refusal import Outcome
from webapp.sales.demand.refused import BANDS, TABLE, band_of, is_unmet, is_wish
from webapp.sales.demand.scope import Scope


class Band(NamedTuple):
    """Wishes whose best repair asked for a share of the build's total: how many there were, how many took one."""

    place: int
    offered: int
    taken: int

    @property
    def above(self) -> int | None:
        """The share that it lies above, in hundredths; None: the lowest."""
        return BANDS[self.place - 1] if self.place else None

    @property
    def to(self) -> int | None:
        """The highest share that it holds; None: whatever is more."""
        return BANDS[self.place] if self.place < len(BANDS) else None


class Asked(NamedTuple):
    """One option: how often a repair was offered for it, and the average extra of those taken and those refused."""

    option: OptionKey
    offered: int
    taken: int
    paid: int | None
    refused: int | None


def bands(session: Session, scope: Scope) -> list[Band]:
    """All bands, cheapest first, the empty ones too."""
    place = band_of().label("place")
    taken = func.sum(case((TABLE.c.outcome == Outcome.REPAIR.value, 1), else_=0))
    rows = session.execute(select(place, func.count(), taken).where(*_offered(scope)).group_by(place))
    found = {number: Band(number, count, int(took)) for number, count, took in rows}
    return [found.get(number, Band(number, 0, 0)) for number in range(len(BANDS) + 1)]


def by_option(session: Session, scope: Scope) -> list[Asked]:
    """Options for which a repair was offered, the most wished for first."""
    took = TABLE.c.outcome == Outcome.REPAIR.value
    count = func.count()
    rows = session.execute(
        select(
            TABLE.c.option_group,
            TABLE.c.option,
            count,
            func.sum(case((took, 1), else_=0)),
            func.avg(case((took, func.coalesce(TABLE.c.paid, TABLE.c.extra)))),
            func.avg(case((is_unmet(), TABLE.c.extra))),
        )
        .where(*_offered(scope))
        .group_by(TABLE.c.option_group, TABLE.c.option)
        .order_by(count.desc(), TABLE.c.option_group, TABLE.c.option)
    )
    return [
        Asked(OptionKey(group, option), offered, int(taken), _whole(paid), _whole(extra))
        for group, option, offered, taken, paid, extra in rows
    ]


def _offered(scope: Scope) -> list[ColumnElement[bool]]:
    """Wishes for which a repair was offered."""
    return [*scope.of_refusals(), is_wish(scope), TABLE.c.extra.is_not(None)]


def _whole(amount: object) -> int | None:
    return None if amount is None else round(float(str(amount)))
