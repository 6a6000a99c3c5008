"""Membership: who a condition is true of, asked of all customers in one statement, and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlmodel import Session, col

from webapp.customers.customer import Customer
from webapp.customers.wording import Purpose
from webapp.relations.segments import person_facts, segment_rule
from webapp.relations.segments.condition import All, Atom, Condition, Not, Shape, Some, atoms_in
from webapp.relations.segments.fact import Lexicon, Person, Reading, Situation, Source

MONTHS = 12


class Member(NamedTuple):
    """One customer, as a list shows them."""

    id: int
    name: str
    email: str
    since: datetime


class Judged(NamedTuple):
    """One atom of a rule for one customer: whether it holds, and the value that says so; None: there is none."""

    atom: Atom
    holds: bool
    value: Any


class Overlap(NamedTuple):
    """How many are in one segment, in another, and in both."""

    one: int
    other: int
    both: int

    @property
    def only_one(self) -> int:
        return self.one - self.both

    @property
    def only_other(self) -> int:
        return self.other - self.both

    @property
    def either(self) -> int:
        return self.one + self.other - self.both


@dataclass(frozen=True)
class Membership:
    """Those of whom a condition is true at a moment. It is asked anew each time: nobody is written down."""

    session: Session
    lexicon: Lexicon
    condition: Condition
    at: datetime

    def allowing(self, purpose: Purpose) -> "Membership":
        """Of these, those who allow what they are to be used for: what letters and offers go to, and nobody else."""
        return self.also(person_facts.allows(purpose))

    def also(self, condition: Condition) -> "Membership":
        """Those of whom another condition is true too."""
        return Membership(self.session, self.lexicon, All((self.condition, condition)), self.at)

    @cached_property
    def count(self) -> int:
        """How many they are."""
        asked = _Question(self._situation)
        truth = asked.truth(self.condition)
        with _joining_by_hash(self.session):
            return self.session.execute(asked.of(select(func.count()), truth)).scalar_one()

    def ids(self, *, after: int = 0, limit: int | None = None) -> list[int]:
        """Their numbers, the oldest customer first; so many after a number."""
        asked = _Question(self._situation)
        truth = asked.truth(self.condition) & (col(Customer.id) > after)
        rows = asked.of(select(col(Customer.id)), truth).order_by(col(Customer.id)).limit(limit)
        with _joining_by_hash(self.session):
            return [number for number in self.session.execute(rows).scalars() if number is not None]

    def members(self, *, after: int = 0, limit: int) -> list[Member]:
        """So many of them after a number, the oldest customer first."""
        asked = _Question(self._situation)
        truth = asked.truth(self.condition) & (col(Customer.id) > after)
        columns = (col(Customer.id), col(Customer.name), col(Customer.email), col(Customer.since))
        rows = asked.of(select(*columns), truth).order_by(col(Customer.id)).limit(limit)
        with _joining_by_hash(self.session):
            return [Member(*row) for row in self.session.execute(rows)]

    def first(self, *, limit: int) -> tuple[int, list[Member]]:
        """How many they are and the first of them, for the price of one."""
        asked = _Question(self._situation)
        truth = asked.truth(self.condition)
        columns = (col(Customer.id), col(Customer.name), col(Customer.email), col(Customer.since))
        rows = asked.of(select(func.count().over(), *columns), truth).order_by(col(Customer.id)).limit(limit)
        with _joining_by_hash(self.session):
            found = self.session.execute(rows).all()
        return (found[0][0] if found else 0), [Member(*row[1:]) for row in found]

    def overlap(self, other: Condition) -> Overlap:
        """Against those of whom another condition is true."""
        asked = _Question(self._situation)
        one, two = asked.truth(self.condition), asked.truth(other)
        counts = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in (one, two, one & two)]
        with _joining_by_hash(self.session):
            return Overlap(*self.session.execute(asked.of(select(*counts), true())).one())

    def why(self, person: Person) -> tuple[bool, Sequence[Judged]]:
        """Whether the condition is true of somebody, and each of its atoms with the value that says so."""
        asked = _Question(Situation(self.session, self.lexicon, self.at, person))
        atoms = list(atoms_in(self.condition))
        columns: list[ColumnElement[Any]] = [asked.truth(self.condition).label("holds")]
        for place, atom in enumerate(atoms):
            columns.append(asked.truth(atom).label(f"holds_{place}"))
            columns.append(asked.value(atom).label(f"value_{place}"))
        row = self.session.execute(asked.of(select(*columns), col(Customer.id) == person.id)).one_or_none()
        if row is None:
            return False, [Judged(atom, False, None) for atom in atoms]
        judged = [
            Judged(atom, bool(row[1 + 2 * place]), row[2 + 2 * place]) for place, atom in enumerate(atoms)
        ]
        return bool(row[0]), judged

    def behind(self, person: Person, atom: Atom, *, limit: int) -> Sequence[tuple[str, str]]:
        """What the value of an atom was counted from, of one person, the newest first: kind and name of each thing."""
        rows = segment_rule.BY_CODE[atom.fact].behind
        if rows is None:
            return ()
        found = rows(Situation(self.session, self.lexicon, self.at, person), atom).limit(limit)
        return [(kind, name) for kind, name in self.session.execute(found)]

    @property
    def _situation(self) -> Situation:
        return Situation(self.session, self.lexicon, self.at)


class _Question:
    """A statement under way: the sources that its conditions need, each joined once."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.joined: dict[str, tuple[FromClause, Source]] = {}

    def of(self, rows: Select[*tuple[Any, ...]], truth: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        """The statement: customers with all that is known of them."""
        place: FromClause = Customer.__table__  # type: ignore[attr-defined]
        for table, source in self.joined.values():
            place = place.outerjoin(table, table.c.key == getattr(Customer, source.by))
        return rows.select_from(place).where(truth)

    def truth(self, condition: Condition) -> ColumnElement[bool]:
        """A condition as a clause that is true or false of everybody, never unknown."""
        if isinstance(condition, Atom):
            return self._holds(condition)
        if isinstance(condition, Not):
            return not_(self.truth(condition.inner))
        parts = [self.truth(part) for part in condition.parts]
        return or_(false(), *parts) if isinstance(condition, Some) else and_(true(), *parts)

    def value(self, atom: Atom) -> SQLColumnExpression[Any]:
        """What an atom is judged by; NULL for those of whom nothing is known."""
        reading: Reading = segment_rule.BY_CODE[atom.fact].read(self.situation, atom)
        if reading.source is None:
            return col(getattr(Customer, reading.column))
        if reading.source.name not in self.joined:
            name = f"known_{len(self.joined)}"
            self.joined[reading.source.name] = reading.source.rows.subquery(name), reading.source
        return self.joined[reading.source.name][0].c[reading.column]

    def _holds(self, atom: Atom) -> ColumnElement[bool]:
        value = self.value(atom)
        if atom.shape is Shape.COUNT:
            return _compared(func.coalesce(value, 0), atom.operator, int(atom.number))
        if atom.shape is Shape.AMOUNT:
            limit = segment_rule.minor(atom.number, self.situation.lexicon.currency)
            return _compared(func.coalesce(value, 0), atom.operator, literal(limit, BigInteger))
        if atom.shape is Shape.MOMENT:
            # Longer ago is earlier.
            earlier = {">": "<", ">=": "<=", "<": ">", "<=": ">="}[atom.operator]
            return func.coalesce(_compared(value, earlier, moment_of(atom, self.situation.at)), false())
        if atom.shape is Shape.NAME:
            return func.coalesce(value == atom.value, false())
        return value.is_not(None)


@contextmanager
def _joining_by_hash(session: Session) -> Iterator[None]:
    """Keeps PostgreSQL from joining everybody with everybody, which it does where it expects a handful of rows."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop = on"))


def _compared(left: SQLColumnExpression[Any], operator: str, right: Any) -> ColumnElement[bool]:
    return left.bool_op(operator)(right)


def moment_of(atom: Atom, at: datetime) -> datetime:
    """The moment that lies as long ago as an atom says, by the calendar where it says months or years."""
    number = int(atom.number)
    if atom.unit in ("day", "week"):
        return at - timedelta(days=number * (7 if atom.unit == "week" else 1))
    months = at.year * MONTHS + at.month - 1 - number * (MONTHS if atom.unit == "year" else 1)
    year, month = divmod(months, MONTHS)
    for day in range(at.day, at.day - 4, -1):  # the last of a shorter month
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("a month has at least 28 days")
