"""Price falls on my builds: each build of whoever subscribes is watched, by a watch as its page sets them.

The watch waits for less than the build costs; once it has come true it waits for less than that.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from webapp.customers.customer import Customer
from webapp.relations.news.subscriber import Subscriber
from webapp.relations.news.subscription import Subscription
from webapp.relations.news.topic import Kind
from webapp.sales.build import Build
from webapp.sales.watch import Kind as WatchKind
from webapp.sales.watch import Sighting, Watch

TOKEN = "topic-price-falls"
A_FEW = 200


class Fall(NamedTuple):
    """A build that costs less than it did."""

    sighting: Sighting
    watch: Watch
    build: Build

    @property
    def source(self) -> str:
        return f"sighting:{self.sighting.id}"


class Unwatched(NamedTuple):
    """A build that a subscriber's watch does not look after as it should, and that watch, if there is one."""

    build: Build
    watch: Watch | None
    language: str
    least: int | None  # what it came to when it last came true


def unwatched(session: Session, *, limit: int = A_FEW) -> list[Unwatched]:
    """Builds of subscribers without a watch, with one that has come true, or that were changed since."""
    mine = and_(col(Watch.build_id) == col(Build.id), col(Watch.token) == TOKEN)
    rows = session.exec(
        select(Build, Watch, Subscription.language)
        .join(Customer, col(Customer.owner) == col(Build.owner))
        .join(Subscriber, col(Subscriber.customer_id) == col(Customer.id))
        .join(Subscription, col(Subscription.subscriber_id) == col(Subscriber.id))
        .outerjoin(Watch, mine)
        .where(
            Subscription.topic == Kind.PRICES.value,
            or_(
                col(Watch.id).is_(None),
                col(Watch.holds),
                col(Watch.checked_number) != col(Build.latest_number),
            ),
        )
        .order_by(col(Build.id))
        .limit(limit)
    ).all()
    return [Unwatched(build, watch, language, _least(session, watch)) for build, watch, language in rows]


def watch_over(session: Session, each: Unwatched, today: date, *, at: datetime) -> None:
    """Sets the watch of a build, or winds it up again."""
    build, version = each.build, each.build.latest
    found = session.exec(
        select(Watch).where(Watch.build_id == build.id, Watch.token == TOKEN).with_for_update()
    ).first()
    if found is None:
        fresh = Watch(
            build_id=build.id or 0,
            token=TOKEN,
            kind=WatchKind.CHEAPER.value,
            family=version.family,
            amount=version.total,
            by_mail=False,  # the digest tells it
            language=each.language,
            set_at=at,
            holds=False,
            checked_number=version.number,
            checked_version=version.version,
            checked_on=today,
        )
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:  # another worker was faster, or the build is gone
            return
        return
    is_changed = found.checked_number != version.number
    found.amount = version.total if is_changed or each.least is None else each.least
    found.family, found.holds = version.family, False
    if is_changed:
        found.checked_number, found.checked_version = version.number, version.version


def drop_watches(session: Session, owner: str) -> None:
    """Ends the watches of somebody who does not want to hear of price falls any more."""
    theirs = select(Build.id).where(Build.owner == owner)
    session.execute(
        delete(Watch).where(col(Watch.token) == TOKEN, col(Watch.build_id).in_(theirs)),
        execution_options={"synchronize_session": False},
    )


def falls(
    session: Session, owners: Collection[str], *, since: datetime, until: datetime
) -> dict[str, list[Fall]]:
    """What has become cheaper in a stretch of time, by owner.

    What a watch told by a letter of its own for the same build and version is not told again.
    """
    letter, told = aliased(Watch), aliased(Sighting)
    by_letter = (
        select(told.id)
        .join(letter, col(letter.id) == col(told.watch_id))
        .where(
            col(letter.build_id) == col(Watch.build_id),
            col(letter.kind) == WatchKind.CHEAPER.value,
            col(letter.by_mail),
            col(told.version) == col(Sighting.version),
        )
        .exists()
    )
    rows = session.exec(
        select(Sighting, Watch, Build)
        .join(Watch, col(Watch.id) == Sighting.watch_id)
        .join(Build, col(Build.id) == Watch.build_id)
        .where(
            col(Build.owner).in_(owners),
            Watch.token == TOKEN,
            col(Sighting.at) > since,
            col(Sighting.at) <= until,
            ~by_letter,
        )
        .order_by(col(Sighting.id))
    )
    found: dict[str, list[Fall]] = {}
    for row in rows:
        found.setdefault(row[2].owner, []).append(Fall(*row))
    return found


def _least(session: Session, watch: Watch | None) -> int | None:
    if watch is None:
        return None
    latest = select(Sighting.total).where(Sighting.watch_id == watch.id).order_by(col(Sighting.id).desc())
    return session.exec(latest.limit(1)).first()
