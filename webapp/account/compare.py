"""Two to four builds side by side, by the links that anybody may have to look at them."""

from collections.abc import Sequence

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from catalog.expression import OptionKey
from webapp.account import bp
from webapp.account.comparable import Choice, Comparable, Found, Reference, choosable, find, query, references
from webapp.account.comparison_table import Table
from webapp.guards import kept_private
from webapp.shop import addresses

LEAST, MOST = 2, 4
ALL = "all"


@bp.get("/compare")
def compare() -> Response:
    """Compares what the address names; of what it names in vain or too much it says so."""
    named = references(addresses.asked().parameters)
    found = find(named[: 2 * MOST])
    shown = found.all[:MOST]
    into = _into(shown)
    page = render_template(
        "account/compare.html",
        builds=shown,
        table=Table(shown, into) if len(shown) >= LEAST else None,
        into=into,
        everything=request.args.get("show") == ALL,
        notes=_notes(found, len(named)),
        address=_address,
        merging=_merging,
        choice=_choice(shown, found) if len(shown) < MOST else None,
    )
    return kept_private(make_response(page))


def _choice(shown: Sequence[Comparable], found: Found) -> Choice:
    return choosable([each.reference for each in shown], found.families.values())


def _into(shown: Sequence[Comparable]) -> int | None:
    """The place of the build that options are taken into: the one named, else the first of one's own.

    There is another one of its family to take them from.
    """
    families = [each.family for each in shown]
    mine = [
        place for place, each in enumerate(shown) if each.edit_key and families.count(each.family) >= LEAST
    ]
    wanted = request.args.get("into", "")
    named = [place for place in mine if shown[place].reference.value == wanted]
    return next(iter(named or mine), None)


def _notes(found: Found, many: int) -> list[str]:
    notes = []
    if found.missing:
        notes.append(
            ngettext(
                "One of the links leads to no build, or not any more.",
                "%(num)d of the links lead to no build, or not any more.",
                found.missing,
            )
        )
    if many > MOST:
        notes.append(_("Up to four builds fit side by side; these are the first of them."))
    return notes


def _address(
    builds: Sequence[Comparable], *, everything: bool, into: str | None = None, but: Comparable | None = None
) -> str:
    """The address of a comparison of these builds."""
    written = query(each.reference for each in builds if each is not but)
    more = [Reference("show", ALL)] if everything else []
    more += [Reference("into", into)] if into else []
    return f"{url_for('account.compare')}?{written}{'&' if more else ''}{query(more)}"


def _merging(mine: Comparable, theirs: Comparable, option: OptionKey) -> str:
    """The address at which an option of another build is looked at for one's own."""
    taken = query([theirs.reference, Reference("take", str(option))])
    return f"{url_for('account.merge', key=mine.edit_key)}?{taken}#take-{option.group}-{option.option}"
