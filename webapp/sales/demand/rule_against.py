"""Rules against wishes: the options that each stood against."""

from sqlalchemy import func, select
from sqlmodel import Session, col

from catalog.expression import OptionKey
from webapp.sales.demand.refusal import RefusalRule
from webapp.sales.demand.refused import TABLE, is_wish
from webapp.sales.demand.scope import Scope


def options_of(session: Session, scope: Scope, rule: str) -> list[tuple[OptionKey, int]]:
    """The options that a rule stood against, by wishes."""
    count = func.count()
    rows = (
        select(TABLE.c.option_group, TABLE.c.option, count)
        .join(RefusalRule, col(RefusalRule.refusal_id) == TABLE.c.id)
        .where(*scope.of_refusals(), is_wish(scope), col(RefusalRule.rule) == rule)
        .group_by(TABLE.c.option_group, TABLE.c.option)
        .order_by(count.desc(), TABLE.c.option_group, TABLE.c.option)
    )
    return [(OptionKey(group, option), number) for group, option, number in session.execute(rows)]
