"""All families with the state of their drafts; a new family."""

from dataclasses import dataclass
from decimal import Decimal

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from catalog.model import Family, OptionGroup, Step, Texts
from catalog.schedule import as_planned
from webapp import clock
from webapp.catalogues import draft, published
from webapp.catalogues.draft import DraftRevision
from webapp.catalogues.published import Published
from webapp.customers.staff_role import Role
from webapp.database import reading, reading_rows, writing
from webapp.languages import LANGUAGES, language
from webapp.staff import bp
from webapp.staff.catalogue.entries import Entries
from webapp.staff.catalogue.saving import record, sent_token
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "RUB", "KZT", "JPY")
RESERVED = {"new"}  # its page is the form of a new family


@dataclass(frozen=True)
class ListedFamily:
    """A family as the list shows it: what is on sale, and its draft."""

    code: str
    on_sale: Published | None
    revision: DraftRevision | None

    @property
    def family(self) -> Family:
        if self.revision is not None:
            return draft.document(self.revision)
        assert self.on_sale is not None
        return self.on_sale.family

    @property
    def title(self) -> str:
        return self.family.title.in_(language())

    @property
    def is_published(self) -> bool:
        """Whether the draft says nothing but what is on sale."""
        if self.revision is None or self.on_sale is None:
            return False
        return as_planned(self.on_sale.family) == draft.document(self.revision)


@bp.get("/catalogue")
@allowed(Role.EDITOR)
def catalogue_families() -> str:
    on_sale = {each.family.code: each for each in published.families(reading_rows())}
    codes = dict.fromkeys((*on_sale, *draft.codes(reading())))
    found = [ListedFamily(code, on_sale.get(code), draft.latest(reading(), code)) for code in codes]
    return render_template("staff/catalogue/families.html", found=found)


@bp.post("/catalogue/<code>/draft")
@allowed(Role.EDITOR)
def begin_draft(code: str) -> Response:
    """Begins a draft from what is on sale; where there is one, opens it."""
    at = clock.now()
    try:
        with writing() as session:
            begun = draft.begin(session, code, who=colleague().name, at=at)
            if begun.at == at:
                record(session, begun)
    except LookupError:
        abort(404)
    return redirect(url_for("staff.catalogue_draft", code=code), 303)


@bp.get("/catalogue/new")
@allowed(Role.EDITOR)
def new_family() -> Response:
    return _new(Entries({"currency": "EUR", "tax_percent": "19"}))


@bp.post("/catalogue/new")
@allowed(Role.EDITOR)
def make_family() -> Response:
    """A family with one step and one group, to be filled; nobody sees it until it is published."""
    entries, at = Entries(request.form), clock.now()
    languages = list(LANGUAGES)
    title = entries.texts("title", languages, needed=True)
    taken = {
        *RESERVED,
        *draft.codes(reading()),
        *(each.family.code for each in published.families(reading_rows())),
    }
    code = entries.code("code", title=title.in_("en"))
    currency = entries["currency"] if entries["currency"] in CURRENCIES else CURRENCIES[0]
    tax = entries.decimal("tax_percent", 0, 100)
    if code in taken and not entries.is_wrong:
        known = draft.latest(reading(), code)
        if known is None or not known.token or known.token != sent_token():
            entries.wrong("code", _("This code is taken already."))
    if entries.is_wrong:
        return _new(entries, 422)
    with writing() as session:
        family = _first(code, title, currency, tax)
        begun = draft.begin(session, code, who=colleague().name, at=at, family=family, token=sent_token())
        if begun.at == at:
            record(session, begun)
    flash(_("The draft is begun. Nobody sees it until you publish it."), "done")
    return redirect(url_for("staff.catalogue_draft", code=code), 303)


def _first(code: str, title: Texts, currency: str, tax: Decimal) -> Family:
    """As little as a family can be: the group of base models, with nothing in it yet."""
    step = Step(code="base", title=Texts({"ru": "Основа", "en": "Base"}))
    models = OptionGroup(code="model", title=Texts({"ru": "Модель", "en": "Model"}), step="base", options=())
    return Family(code=code, title=title, currency=currency, tax_percent=tax, steps=(step,), groups=(models,))


def _new(entries: Entries, status: int = 200) -> Response:
    page = render_template(
        "staff/catalogue/new_family.html",
        entries=entries,
        codes=list(LANGUAGES),
        currencies=[(each, each) for each in CURRENCIES],
    )
    return make_response(page, status)
