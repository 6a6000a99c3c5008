"""Pictures of a draft: uploading, the layers of options in the order in which they are drawn, the live picture."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, current_app, make_response, request, url_for
from flask_login import current_user
from werkzeug import Response
from werkzeug.exceptions import RequestEntityTooLarge

from catalog.choices import Choices
from catalog.completion import Impossible
from catalog.expression import OptionKey
from catalog.layers import Drawn, drawn, moved, put, with_layer, with_option
from catalog.model import Family, Layer
from catalog.tree import TooWide
from webapp.catalogues.drawing import LARGEST, Refused, Why
from webapp.catalogues.previewed import Unsound, previewed
from webapp.customers.staff_role import Role
from webapp.languages import language
from webapp.shop import addresses
from webapp.staff import bp
from webapp.staff.catalogue import saving
from webapp.staff.catalogue.days import today
from webapp.staff.catalogue.entries import Entries
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.picture_form import layer_in, option_in, refusal, uploaded
from webapp.staff.catalogue.preview import drawings
from webapp.staff.roles import allowed
from webapp.staff.sign_in import may

TAB = "staff.draft_pictures"
UPLOAD = "staff.upload_picture"
AROUND = 64 * 1024  # bytes of the form around a picture
MOST_SHOWN = 80


@dataclass(frozen=True)
class ShownLayer:
    """A layer in the table."""

    family: Family
    drawn: Drawn

    @property
    def name(self) -> str:
        return f"{self.drawn.key}/{self.drawn.place}"

    @property
    def option(self) -> str:
        group = self.family.group_by_code[self.drawn.key.group].title.in_(language())
        return f"{group}: {self.family.option_by_key[self.drawn.key].title.in_(language())}"

    @property
    def layer(self) -> Layer:
        return self.drawn.layer


@bp.url_value_preprocessor
def allow_pictures(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Only an upload of a picture may be so large; it is measured before anything reads it."""
    if endpoint == UPLOAD:
        request.max_content_length = LARGEST + AROUND


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> FlaskResponse:
    """An upload beyond all measure is answered on the page that it came from."""
    if request.endpoint != UPLOAD or not current_user.is_authenticated or not may(UPLOAD):
        told: FlaskResponse = current_app.extensions["lekalo.told"](error)
        return told
    entries = Entries()
    entries.wrong("picture", refusal(Refused(Why.TOO_LARGE)))
    return make_response(_page(opened((request.view_args or {})["code"]), entries), 413)


@bp.get("/catalogue/<code>/pictures")
@allowed(Role.EDITOR)
def draft_pictures(code: str) -> str:
    return _page(opened(code), Entries())


@bp.post("/catalogue/<code>/pictures")
@allowed(Role.EDITOR)
def upload_picture(code: str) -> Response:
    """Takes a picture in, and assigns it to an option where one was chosen."""
    # Made on the draft as it is now: a file cannot be carried through a page of overlaps.
    page, entries = opened(code), Entries(request.form)
    sent = uploaded(entries, page.family)
    key = option_in(entries, page.family, needed=False)
    family = page.family
    if sent is not None and not entries.is_wrong:
        name, text = sent
        family = _with_files(family, {**family.picture.files, name: text})
        if key is not None and entries["as"] == "card":
            family = with_option(family, key, lambda option: option.revised(picture=name))
        elif key is not None:
            place = len(family.option_by_key[key].layers)
            layer = layer_in(entries, family, name)
            if all(each.file != name for each in family.option_by_key[key].layers):
                family = with_layer(family, key, place, layer)
    if entries.is_wrong:
        return make_response(_page(page, entries), 422)
    return saving.save(page, family, to=_back(page, str(key) if key else ""), tab=TAB)


@bp.post("/catalogue/<code>/pictures/removal")
@allowed(Role.EDITOR)
def remove_picture(code: str) -> Response:
    """Takes a picture away that nothing shows."""
    page = begun_from(code)
    name = request.form.get("picture", "")
    if name not in page.family.picture.files or _uses(page.family)[name]:
        abort(404)
    files = {each: text for each, text in page.family.picture.files.items() if each != name}
    return saving.save(page, _with_files(page.family, files), to=_back(page), tab=TAB)


@bp.post("/catalogue/<code>/pictures/layers")
@allowed(Role.EDITOR)
def add_layer(code: str) -> Response:
    """Shows a picture that is there with an option: as a layer, or as the small one on its card."""
    page, entries = begun_from(code), Entries(request.form)
    family = page.family
    key, file = option_in(entries, family, "layer_option"), entries["file"]
    if file not in family.picture.files:
        abort(404)
    layer = layer_in(entries, family, file)
    if entries.is_wrong or key is None:
        return make_response(_page(page, entries), 422)
    if entries["as"] == "card":
        family = with_option(family, key, lambda option: option.revised(picture=file))
    else:
        family = with_layer(family, key, len(family.option_by_key[key].layers), layer)
    return saving.save(page, family, to=_back(page, str(key)), tab=TAB)


@bp.post("/catalogue/<code>/pictures/layers/<option>/<int:place>/higher")
@allowed(Role.EDITOR)
def raise_layer(code: str, option: str, place: int) -> Response:
    return _changed(code, option, place, lambda family, key: moved(family, key, place, 1))


@bp.post("/catalogue/<code>/pictures/layers/<option>/<int:place>/lower")
@allowed(Role.EDITOR)
def lower_layer(code: str, option: str, place: int) -> Response:
    return _changed(code, option, place, lambda family, key: moved(family, key, place, -1))


@bp.post("/catalogue/<code>/pictures/layers/<option>/<int:place>/position")
@allowed(Role.EDITOR)
def put_layer(code: str, option: str, place: int) -> Response:
    """Puts a layer right over another one, or right under it."""
    page = begun_from(code)
    side = "over" if request.form.get("over") else "under"
    other, _slash, number = request.form.get(side, "").rpartition("/")
    beside = _layer(page.family, other, int(number) if number.isdecimal() and len(number) < 4 else -1).drawn
    by = 1 if side == "over" else -1
    return _changed(code, option, place, lambda family, key: put(family, key, place, beside, by))


@bp.post("/catalogue/<code>/pictures/layers/<option>/<int:place>/removal")
@allowed(Role.EDITOR)
def remove_layer(code: str, option: str, place: int) -> Response:
    return _changed(code, option, place, lambda family, key: with_layer(family, key, place, None))


@bp.get("/catalogue/<code>/pictures/layers/<option>/<int:place>")
@allowed(Role.EDITOR)
def draft_layer(code: str, option: str, place: int) -> str:
    page = opened(code)
    found = _layer(page.family, option, place)
    entries = Entries({"z": str(found.layer.z), "when": found.layer.when or ""})
    return _layer_form(page, found, entries)


@bp.post("/catalogue/<code>/pictures/layers/<option>/<int:place>/height")
@allowed(Role.EDITOR)
def change_layer(code: str, option: str, place: int) -> Response:
    """Its height, and while what it is shown."""
    page, entries = begun_from(code), Entries(request.form)
    found = _layer(page.family, option, place)
    layer = layer_in(entries, page.family, found.layer.file)
    if entries.is_wrong:
        return make_response(_layer_form(page, found, entries), 422)
    family = with_layer(page.family, found.drawn.key, place, layer)
    return saving.save(page, family, to=_back(page, option, place), tab=TAB)


def _changed(code: str, option: str, place: int, change: Callable[[Family, OptionKey], Family]) -> Response:
    page = begun_from(code)
    found = _layer(page.family, option, place)
    shown = request.form.get("shown", "")[:130]
    to = url_for(TAB, code=code, option=shown or None, _anchor=f"layer-{option}-{place}")
    return saving.save(page, change(page.family, found.drawn.key), to=to, tab=TAB)


def _page(page: Opened, entries: Entries) -> str:
    family = page.family
    shown = request.args.get("option", "")
    group, _dot, option = shown.partition(".")
    every = [ShownLayer(family, each) for each in drawn(family)]
    layers = [
        each
        for each in every
        if not shown
        or each.drawn.key == OptionKey(group, option)
        or (not option and each.drawn.key.group == group)
    ]
    words = request.args.get("words", "").strip().lower()[:100]
    uses = _uses(family)
    files = [(name, uses[name]) for name in family.picture.files if words in name]
    return room(
        "staff/catalogue/pictures.html",
        page,
        TAB,
        entries=entries,
        layers=list(reversed(layers))[: None if shown else MOST_SHOWN],
        of_layers=len(layers),
        files=files[:MOST_SHOWN],
        of_files=len(files),
        words=words,
        shown=shown,
        live=_live(page, OptionKey(group, option) if option else None),
        drawings=drawings(page),
    )


def _layer_form(page: Opened, found: ShownLayer, entries: Entries) -> str:
    live = _live(page, found.drawn.key)
    return room("staff/catalogue/layer.html", page, TAB, each=found, entries=entries, live=live)


def _live(page: Opened, key: OptionKey | None) -> str:
    """The picture of the cheapest build with an option; of a draft that cannot be configured, of the first options."""
    family = page.family
    choices = Choices((key,)) if key in family.option_by_key and key is not None else Choices()
    try:
        picked = previewed(page.revision, today()).engine.complete(choices).picked
    except (Unsound, TooWide, Impossible):
        picked = tuple(group.keys[0] for group in family.groups if group.keys and group.min)
        picked = (*(each for each in picked if key is None or each.group != key.group), *choices)
    seen = [each for each in picked if family.option_by_key[each].layers or family.option_by_key[each].paints]
    return f"{drawings(page)}.svg?{addresses.query(seen)}"


def _layer(family: Family, option: str, place: int) -> ShownLayer:
    group, _dot, code = option.partition(".")
    key = OptionKey(group, code)
    known = family.option_by_key.get(key)
    if known is None or not 0 <= place < len(known.layers):
        abort(404)
    return ShownLayer(family, Drawn(key, place, known.layers[place]))


def _uses(family: Family) -> Counter[str]:
    """How often each picture is shown."""
    found: Counter[str] = Counter()
    for option in family.option_by_key.values():
        found.update(layer.file for layer in option.layers)
        if option.picture:
            found[option.picture] += 1
    return found


def _with_files(family: Family, files: dict[str, str]) -> Family:
    return family.revised(picture=family.picture.revised(files=dict(sorted(files.items()))))


def _back(page: Opened, option: str = "", place: int | None = None) -> str:
    address = url_for(TAB, code=page.code, option=option or None)
    return f"{address}#layer-{option}-{place}" if option and place is not None else address
