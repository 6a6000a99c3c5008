"""The current build: what a visitor is making right now, kept from the first click, with the way back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Text, bindparam, delete, select, tuple_, update
from sqlmodel import Field, Session, SQLModel, col
from sqlmodel import select as select_objects

from webapp.customers import touchpoint
from webapp.customers.touchpoint import Kind, Whose
from webapp.prepared import Prepared
from webapp.sales.build_version import BuildVersion

TRAIL_LENGTH = 50
TRAIL_SIZE = 16_000  # characters: long addresses shorten the trail, so that a click writes little


class CurrentBuild(SQLModel, table=True):
    """One owner's build of one family, as the address that shows it."""

    __tablename__ = "current_builds"

    owner: str = Field(primary_key=True, max_length=22, description="a guest's or a customer's random name")
    family: str = Field(primary_key=True, max_length=60)
    version: int
    address: str = Field(sa_type=Text)
    trail: list[str] = Field(
        default=[], sa_type=JSON, description="the addresses before this one, oldest first"
    )
    build_id: int | None = Field(
        default=None,
        foreign_key="builds.id",
        index=True,
        ondelete="SET NULL",
        description="the kept build being changed",
    )
    changed_at: datetime


TABLE = CurrentBuild.__table__  # type: ignore[attr-defined]
KEY = ("owner", "family")
READ = Prepared(
    select(TABLE.c.address, TABLE.c.trail)
    .where(TABLE.c.owner == bindparam("owner"), TABLE.c.family == bindparam("family"))
    .with_for_update()
)


def _upsert(*changing: str) -> Prepared:
    """Writes a current build; of one that is there, these columns."""

    def statement(dialect: Dialect) -> Any:
        # Only the database in use is loaded: the other one's module takes a tenth of the start.
        insert = import_module(f"sqlalchemy.dialects.{dialect.name}").insert(TABLE)
        return insert.on_conflict_do_update(
            index_elements=KEY, set_={name: insert.excluded[name] for name in changing}
        )

    return Prepared(statement, [*KEY, *changing])


def _if_none(dialect: Dialect) -> Any:
    """Writes a current build where the owner has none of the family."""
    insert = import_module(f"sqlalchemy.dialects.{dialect.name}").insert(TABLE)
    return insert.on_conflict_do_nothing(index_elements=KEY)


GIVE = Prepared(_if_none, [column.name for column in TABLE.c])
KEEP = _upsert("version", "address", "trail", "changed_at")
TAKE_UP = _upsert("version", "address", "trail", "changed_at", "build_id")


def record(
    connection: Connection,
    owner: str,
    family: str,
    version: int,
    address: str,
    pick: tuple[str, str] | None,
    now: datetime,
    *,
    kind: Kind = Kind.PICK,
    before: Sequence[str] = (),
    visitor: str | None = None,
    detail: Mapping[str, Any] | None = None,
    whose: Whose | None = None,
) -> list[str]:
    """Keeps the address a click led to, and the click. Three statements; the caller's transaction is short.

    `address`: the choices as a query string, without `pick`. For a click that changed nothing (an option that
    is out) it is the address as it was. `before`: what the page may have shown on which the click was made,
    the likeliest first, where it is known.
    Answers the trail: the addresses before this one, oldest first; the last one is where "undo" leads.
    """
    kept = READ.first(connection, owner=owner, family=family)
    was, steps = kept or (None, [])
    trail = [before[0] if before else ""] if was is None else walked(was, steps, address, before)
    if was != address:
        KEEP.run(
            connection,
            owner=owner,
            family=family,
            version=version,
            address=address,
            trail=trail,
            changed_at=now,
        )
    touchpoint.record(
        connection,
        visitor=visitor or owner,
        kind=kind,
        family=family,
        version=version,
        at=now,
        pick=pick,
        detail=detail,
        whose=whose,
    )
    return trail


def walked(was: str, trail: list[str], address: str, before: Sequence[str] = ()) -> list[str]:
    """The trail after going from one address to another: a step longer, or one shorter for a step back."""
    if address == was:
        return trail
    from_elsewhere = bool(before) and was not in before  # by a link, from another tab, after Back
    if trail and trail[-1] == address and not from_elsewhere:
        return trail[:-1]
    steps = [*trail, was]
    if from_elsewhere and before[0] != address:  # a step of its own, so that "undo" leads there
        steps.append(before[0])
    return shortened(steps)


def shortened(steps: list[str]) -> list[str]:
    """The newest steps that we have room for."""
    room, start = TRAIL_SIZE, len(steps)
    while start and len(steps) - start < TRAIL_LENGTH and (room := room - len(steps[start - 1]) - 1) >= 0:
        start -= 1
    return steps[start:]


def of(session: Session, owner: str) -> list[CurrentBuild]:
    """The owner's current builds, the latest first: where to continue."""
    mine = select_objects(CurrentBuild).where(CurrentBuild.owner == owner)
    return list(session.exec(mine.order_by(col(CurrentBuild.changed_at).desc())))


def find(session: Session, owner: str, family: str) -> CurrentBuild | None:
    """What the owner is making of one family."""
    return session.get(CurrentBuild, (owner, family))


def take_up(
    session: Session,
    owner: str,
    family: str,
    version: int,
    address: str,
    *,
    build_id: int | None,
    at: datetime,
) -> None:
    """Goes on with a kept build; what was current before stays reachable by "undo"."""
    connection = session.connection()
    kept = READ.first(connection, owner=owner, family=family)
    was, steps = kept or (address, [])
    TAKE_UP.run(
        connection,
        owner=owner,
        family=family,
        version=version,
        address=address,
        trail=walked(was, steps, address),
        changed_at=at,
        build_id=build_id,
    )


def follow(session: Session, owner: str, version: BuildVersion, *, at: datetime) -> None:
    """Goes on with what a kept build has become, where the owner is changing that very build."""
    current = find(session, owner, version.family)
    if current is not None and current.build_id == version.build_id:
        take_up(
            session,
            owner,
            version.family,
            version.version,
            version.address,
            build_id=version.build_id,
            at=at,
        )


def give(session: Session, one: CurrentBuild, owner: str) -> bool:
    """Lets an owner go on with what somebody else was making; whether they were making another of that family.

    Then the one that was changed later goes on, and "undo" leads to the other.
    """
    connection = session.connection()
    values = {name: getattr(one, name) for name in TABLE.c.keys()} | {"owner": owner}  # noqa: SIM118
    if GIVE.run(connection, **values).rowcount:
        return False
    # Read anew, and locked: a click of theirs may have come between.
    theirs = session.exec(
        select_objects(CurrentBuild)
        .where(CurrentBuild.owner == owner, CurrentBuild.family == one.family)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if theirs.address == one.address:
        theirs.build_id = theirs.build_id or one.build_id
        return False
    later, earlier = (one, theirs) if one.changed_at > theirs.changed_at else (theirs, one)
    steps = [*earlier.trail, *later.trail, earlier.address]
    trail = shortened(list(dict.fromkeys(steps[::-1]))[::-1])  # each address once, where it stands last
    for name in ("version", "address", "build_id", "changed_at"):
        setattr(theirs, name, getattr(later, name))
    theirs.trail = trail
    session.flush()
    return True


def let_go(session: Session, build_id: int, *, but: str) -> None:
    """Ends what others than its owner began with a kept build: what they make is no longer saved as that build."""
    others = (col(CurrentBuild.build_id) == build_id, col(CurrentBuild.owner) != but)
    session.execute(update(CurrentBuild).where(*others).values(build_id=None))


def abandoned(session: Session, *, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Owner and family of builds that nobody has touched since."""
    old = select_objects(CurrentBuild.owner, CurrentBuild.family).where(col(CurrentBuild.changed_at) < before)
    return [(owner, family) for owner, family in session.exec(old.limit(limit))]


def drop(session: Session, keys: Sequence[tuple[str, str]], *, before: datetime) -> None:
    """Drops abandoned builds, but none that was taken up again meanwhile."""
    named = tuple_(col(CurrentBuild.owner), col(CurrentBuild.family)).in_(keys)
    session.execute(delete(CurrentBuild).where(named, col(CurrentBuild.changed_at) < before))
