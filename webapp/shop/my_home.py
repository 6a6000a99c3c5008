"""Home as it begins for a customer who allows it: what they were at, and a build made for them in each family."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _

from catalog.fitting import Suiting
from catalog.made_for import MadeBy, MadeFor, Unmet
from catalog.preference import Preference
from catalog.search import Unproven
from webapp import settings
from webapp.catalogues.published import Published
from webapp.customers.benefit import Benefit
from webapp.database import reading
from webapp.languages import language
from webapp.sales import build
from webapp.sales.key import Purpose, key_for
from webapp.shop import addresses
from webapp.shop.disagreement import reason
from webapp.shop.personal import Standing, ceiling, preferences, standing, titled, why
from webapp.shop.pictures import live_picture
from webapp.shop.showcase import Showcase, showcase
from webapp.shop.version_key import VersionKey
from webapp.shop.visiting import customer

MOST_RULES = 2  # of those that stand against a wish, said in full
LATEST = 3  # kept builds that home begins with


class Because(NamedTuple):
    """A preference, where the profile explains it, and the choices that it made; none where all came by itself."""

    words: str
    is_stated: bool
    why: str
    choices: Sequence[str]


class MadeView(NamedTuple):
    """A build made for somebody. `unmet`: what could not be had, and why, a sentence each.

    `let_go`: what of their taste would cost more than their builds usually do, and `spent` where the profile says so.
    """

    family: str
    title: str
    href: str
    picture: str
    total: int
    currency: str
    because: Sequence[Because]
    unmet: Sequence[str]
    let_go: str
    spent: str


class Kept(NamedTuple):
    """A saved build, as home shows it."""

    title: str
    href: str
    picture: str


class MyHome(NamedTuple):
    """What home begins with, and whether it may; `is_known`: whether anything to go by is known at all."""

    standing: Standing
    kept: Sequence[Kept] = ()
    made: Sequence[MadeView] = ()
    is_known: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.kept and not self.made


def my_home(sold: Sequence[Published]) -> MyHome:
    known, who = standing(Benefit.HOME), customer()
    if known is not Standing.ON or who is None:
        return MyHome(known)
    wanted = tuple(each._replace(strength=round(each.strength, 2)) for each in preferences(Benefit.HOME))
    return MyHome(known, _kept(who.owner), list(_made(sold, wanted)), bool(wanted))


def _kept(owner: str) -> list[Kept]:
    secret = settings.current().secret_key
    return [
        Kept(
            one.name,
            url_for("account.kept_build", key=key_for(Purpose.EDIT, one.edit_lock, secret)),
            f"{addresses.drawings(one.latest.family, one.latest.version)}.svg?{addresses.query(one.latest.picked)}",
        )
        for one in build.of(reading(), owner, limit=LATEST)
    ]


def _made(sold: Iterable[Published], wanted: tuple[Preference, ...]) -> Iterable[MadeView]:
    for one in sold:
        made = _made_for(VersionKey(one), wanted, ceiling(Benefit.HOME, one.family.code))
        if made is not None:
            yield _shown(showcase(one, language()), made, wanted)


@lru_cache(maxsize=1024)
def _made_for(key: VersionKey, wanted: tuple[Preference, ...], most: int | None) -> MadeFor | None:
    """The same for everybody who prefers the same; None too where it would take too long to prove."""
    maker = MadeBy(key.sold.engine)
    try:
        return maker.build(wanted) if most is None else maker.within(wanted, most)
    except Unproven:
        return None


def _shown(shown: Showcase, made: MadeFor, wanted: Sequence[Preference]) -> MadeView:
    configuration = made.configuration
    return MadeView(
        family=shown.family.code,
        title=shown.family.title.in_(shown.language),
        href=addresses.configurator(shown.family.code, configuration.choices),
        picture=live_picture(shown, configuration.picked),
        total=configuration.total,
        currency=shown.family.currency,
        because=list(_because(shown, made, wanted)),
        unmet=[_unmet(shown, each) for each in made.unmet],
        let_go="; ".join(titled(shown.family, [each]) for each in made.let_go),
        spent=why(Preference("price", shown.family.code, False, 1.0)),
    )


def _because(shown: Showcase, made: MadeFor, wanted: Sequence[Preference]) -> Iterable[Because]:
    """What of the preferences the build goes by: each with its choices, what was stated first."""
    suiting = Suiting(shown.family, wanted)
    for each in suiting.known:
        choices = [shown.name(key) for key, reasons in made.because.items() if each in reasons]
        if choices or any(suiting.suits(key, each) for key in made.configuration.picked):
            yield Because(titled(shown.family, [each]), each.stated, why(each), choices)


def _unmet(shown: Showcase, unmet: Unmet) -> str:
    wish = titled(shown.family, unmet.wish.preferences)
    if not unmet.rules:
        return _("We make nothing for this: %(wish)s.", wish=wish)
    reasons = " ".join([reason(shown, rule) for rule in unmet.rules if rule.reason.root][:MOST_RULES])
    if reasons:
        return _("Not in every part: %(wish)s. %(reasons)s", wish=wish, reasons=reasons)
    others = "; ".join(titled(shown.family, each.preferences) for each in unmet.beside)
    if others:
        return _("Not in every part: %(wish)s. It does not go with: %(others)s.", wish=wish, others=others)
    return _("Not in every part: %(wish)s.", wish=wish)
