"""Options that cannot be had for a build: made no more, or not together with it."""

from collections.abc import Iterator
from typing import NamedTuple

from catalog.expression import OptionKey
from catalog.kept import carried
from catalog.model import Texts
from webapp.catalogues import published
from webapp.catalogues.published import Published
from webapp.database import reading_rows
from webapp.sales.lookout import Lookout
from webapp.sales.specification import Specification
from webapp.sales.watch import Kind


class MissingOption(NamedTuple):
    """An option that can be waited for. `kind`: whether it is to be made again, or to go with the build."""

    kind: Kind
    key: OptionKey
    group_title: Texts
    title: Texts


def missing_options(kept: Specification, on_sale: Published, lookout: Lookout) -> list[MissingOption]:
    """Those that are made no more first: of the build, then of the catalogue that it was kept under."""
    gone = {option.key: option for option in _of_the_catalogue(kept, on_sale)}
    of_the_build = {option.key: option for option in _of_the_build(kept, on_sale)}
    return [*(of_the_build | gone).values(), *_unfitting(kept, on_sale, lookout)]


def _of_the_build(kept: Specification, on_sale: Published) -> Iterator[MissingOption]:
    for part in kept.listed:
        key = OptionKey(part.group, part.option)
        if key not in on_sale.family.option_by_key:
            yield MissingOption(Kind.RETURNS, key, part.group_title, part.title)


def _of_the_catalogue(kept: Specification, on_sale: Published) -> Iterator[MissingOption]:
    if kept.version_sha256 == on_sale.sha256:
        return
    then = published.version(reading_rows(), kept.family, kept.version)
    if then is None:
        return
    for key, option in then.family.option_by_key.items():
        if key not in on_sale.family.option_by_key:
            yield MissingOption(Kind.RETURNS, key, then.family.group_by_code[key.group].title, option.title)


def _unfitting(kept: Specification, on_sale: Published, lookout: Lookout) -> Iterator[MissingOption]:
    family = on_sale.family
    if not on_sale.engine.fits(carried(kept.said, family).said):
        return  # then nothing would fit, whatever the option
    for key, option in family.option_by_key.items():
        if not lookout.fits(on_sale, kept.said, key):
            yield MissingOption(Kind.FITS, key, family.group_by_code[key.group].title, option.title)
