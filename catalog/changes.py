"""What is different between a build as it was kept and a configuration of today: a waterfall from total to total."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from catalog.configuration import Configuration, Limit, Origin
from catalog.expression import OptionKey
from catalog.kept import Kept, KeptPart, amounts
from catalog.model import NONE, Family, OptionGroup, Rule, Texts
from catalog.pricing import steps
from catalog.terms import Price

NO_TEXT = Texts({})


class Kind(StrEnum):
    """How something differs."""

    CURRENCY = "currency"  # the shop counts in another one, so that amounts cannot be compared
    FORBIDDEN = "forbidden"  # rules stand against kept parts, or against what was left out
    GROUP_GONE = "group-gone"
    GROUP_RENAMED = "group-renamed"
    GONE = "gone"  # the option is made no more
    RENAMED = "renamed"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    REPLACED = "replaced"  # a choice of mine gives way to another option
    REFILLED = "refilled"  # what we had filled in is filled in differently
    DROPPED = "dropped"
    REQUIRED = "required"  # a group where nothing stood and something must stand now
    ADDED = "added"
    PRICE_RULE = "price-rule"  # a bundle, a price rule or a term comes to another amount
    LONGER = "longer"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True)
class Stands:
    """Something kept that a rule stands against; `title` is None where it is that the group was left empty.

    `is_rest`: the group holds parts, and it is that nothing else was chosen there.
    """

    key: OptionKey
    group_title: Texts
    title: Texts | None
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    `was`, `now`: amounts in minor units, days for lead times, None where there is nothing. `effect`: what it adds to
    the total, in minor units. `instead`: the option that stands in the part's place. `origin`: why the part was there
    (`mine` too where I had refused the group). `option` of a price rule is its code.
    """

    kind: Kind
    group: str = ""
    option: str = ""
    group_title: Texts = NO_TEXT
    was_title: Texts | None = None
    now_title: Texts | None = None
    was: int | None = None
    now: int | None = None
    effect: int = 0
    instead: OptionKey | None = None
    origin: Origin | None = None
    rules: tuple[Rule | Limit, ...] = ()
    against: tuple[Stands, ...] = ()

    @property
    def reasons(self) -> list[Texts]:
        """What the rules say to a shopper, each sentence once."""
        said = [rule.reason for rule in self.rules if rule.reason.root]
        return [reason for place, reason in enumerate(said) if reason not in said[:place]]


def changes_to(kept: Kept, configuration: Configuration, price: Price) -> tuple[Change, ...]:
    """Everything that differs in a configuration of today; the effects sum to the difference of the totals.

    Where the currency is another one, every effect is 0.
    """
    comparing = _Comparing(kept, configuration, price)
    found = [*comparing.parts(), *comparing.price_steps(), *comparing.lead_time()]
    if price.currency == kept.currency:
        return tuple(found)
    currency = Change(Kind.CURRENCY, was=kept.total, now=price.total)
    return (currency, *(change for change in found if change.kind is not Kind.PRICE_RULE))


def losses(kept: Kept, family: Family) -> tuple[Change, ...]:
    """What of the kept parts is gone or called otherwise, where no configuration can be compared."""
    found = list(_renamed_groups(kept, family))
    for part in kept.parts:
        option = family.option_by_key.get(part.key)
        if option is None:
            found.append(_leaving(part, family))
        elif option.title != part.title:
            found.append(_of(part, Kind.RENAMED, now_title=option.title))
    return (*found, *_refused_groups_gone(kept, family))


class _Comparing:
    """A kept build beside a configuration."""

    def __init__(self, kept: Kept, configuration: Configuration, price: Price) -> None:
        self.kept, self.configuration, self.price = kept, configuration, price
        self.family = configuration.family
        self.same_money = kept.currency == price.currency
        self.amounts = amounts(price.lines)

    def parts(self) -> Iterator[Change]:
        yield from _renamed_groups(self.kept, self.family)
        chosen = frozenset(self.configuration.picked)
        fresh = [key for key in self.configuration.picked if key not in self.kept.picked]
        for part in self.kept.parts:
            if part.key in chosen:
                yield from self._staying(part)
                continue
            group = self.family.group_by_code.get(part.key.group)
            instead = None
            if group is not None and group.is_choose_one:
                instead = next((key for key in fresh if key.group == group.code), None)
            if instead is not None:
                fresh.remove(instead)
            yield self._giving_way(part, instead)
        yield from (self._arriving(key) for key in fresh)
        yield from _refused_groups_gone(self.kept, self.family)

    def _staying(self, part: KeptPart) -> Iterator[Change]:
        title = self.family.option_by_key[part.key].title
        if title != part.title:
            yield _of(part, Kind.RENAMED, now_title=title)
        was, now = self._was(part.key), self._now(part.key)
        if self.same_money and was != now:
            kind = Kind.DEARER if now > was else Kind.CHEAPER
            yield _of(part, kind, now_title=title, was=was, now=now)

    def _giving_way(self, part: KeptPart, instead: OptionKey | None) -> Change:
        was, now = self._was(part.key), self._now(instead) if instead else None
        effect = (now or 0) - was if self.same_money else 0
        return replace(_leaving(part, self.family, instead), was=was, now=now, effect=effect)

    def _arriving(self, key: OptionKey) -> Change:
        group = self.family.group_by_code[key.group]
        alone = group.min > 0 and not any(part.group == key.group for part in self.kept.picked)
        now = self._now(key)
        return Change(
            Kind.REQUIRED if alone else Kind.ADDED,
            key.group,
            key.option,
            group.title,
            now_title=self.family.option_by_key[key].title,
            now=now,
            effect=now if self.same_money else 0,
            origin=Origin.MINE if OptionKey(group.code, NONE) in self.kept.choices else None,
        )

    def _was(self, key: OptionKey) -> int:
        return self.kept.amounts.get(str(key), 0)

    def _now(self, key: OptionKey) -> int:
        return self.amounts.get(str(key), 0)

    def price_steps(self) -> Iterator[Change]:
        """Bundles, price rules and terms; those of a percentage as one sum over all the options it is taken of."""
        before_parts = {str(key) for key in self.kept.picked}
        after_parts = {str(key) for key in self.configuration.picked}
        was = steps(self.kept.price_lines, before_parts)
        now = steps(self.price.lines, after_parts)
        parts = before_parts | after_parts
        for code in (each for each in dict.fromkeys((*was, *now)) if each not in parts):
            before, after = was.get(code), now.get(code)
            amount, today = before.amount if before else 0, after.amount if after else 0
            if amount != today:
                yield Change(
                    Kind.PRICE_RULE,
                    option=code,
                    was_title=before.label if before else None,
                    now_title=after.label if after else None,
                    was=before.amount if before else None,
                    now=after.amount if after else None,
                    effect=today - amount,
                )

    def lead_time(self) -> Iterator[Change]:
        was, now = self.kept.lead_days, self.configuration.lead_days
        if was != now:
            yield Change(Kind.LONGER if now > was else Kind.SHORTER, was=was, now=now)


def _renamed_groups(kept: Kept, family: Family) -> Iterator[Change]:
    for code in dict.fromkeys(key.group for key in (*kept.part_by_key, *kept.choices)):
        group, was = family.group_by_code.get(code), kept.group_titles.get(code)
        if group is not None and was is not None and group.title != was:
            yield Change(Kind.GROUP_RENAMED, code, group_title=was, was_title=was, now_title=group.title)


def _refused_groups_gone(kept: Kept, family: Family) -> Iterator[Change]:
    for key in kept.choices:
        held = any(part.group == key.group for part in kept.picked)
        if key.option == NONE and key.group not in family.group_by_code and not held:
            title = kept.group_titles.get(key.group, NO_TEXT)
            yield Change(Kind.GROUP_GONE, key.group, NONE, title, origin=Origin.MINE)


def _leaving(part: KeptPart, family: Family, instead: OptionKey | None = None) -> Change:
    group: OptionGroup | None = family.group_by_code.get(part.key.group)
    if group is None:
        kind = Kind.GROUP_GONE
    elif part.key not in group.keys:
        kind = Kind.GONE
    elif instead is None:
        kind = Kind.DROPPED
    else:
        kind = Kind.REPLACED if part.origin is Origin.MINE else Kind.REFILLED
    title = family.option_by_key[instead].title if instead else None
    return replace(_of(part, kind, now_title=title), instead=instead)


def _of(
    part: KeptPart, kind: Kind, *, now_title: Texts | None, was: int | None = None, now: int | None = None
) -> Change:
    return Change(
        kind,
        part.key.group,
        part.key.option,
        part.group_title,
        part.title,
        now_title,
        was,
        now,
        effect=(now or 0) - (was or 0),
        origin=part.origin,
    )
