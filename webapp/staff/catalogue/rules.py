"""Rules of a draft: what each means, forbids and touches; writing, changing and removing them."""

from flask import abort, make_response, request, url_for
from werkzeug import Response

from catalog.expression import OptionKey
from catalog.model import Family
from webapp.customers.staff_role import Role
from webapp.staff import bp
from webapp.staff.catalogue import saving
from webapp.staff.catalogue.entries import Entries, languages_of
from webapp.staff.catalogue.opened import Opened, begun_from, opened, room
from webapp.staff.catalogue.rule_form import RuleForm, typed
from webapp.staff.catalogue.rule_writing import sums_of, written
from webapp.staff.catalogue.shown_rule import KINDS, AnyRule, ShownRule, examples_of, shown_rules
from webapp.staff.roles import allowed

TAB = "staff.draft_rules"


@bp.get("/catalogue/<code>/rules")
@allowed(Role.EDITOR)
def draft_rules(code: str) -> str:
    """All rules; the filters stand in the address."""
    page = opened(code)
    words = request.args.get("words", "").strip()[:100]
    option = request.args.get("option", "").strip()[:130]
    kind = request.args.get("kind", "")
    every = list(shown_rules(page.revision, page.family))
    found = [
        rule
        for rule in every
        if rule.says(words)
        and (not option or _is_about(rule, option))
        and (kind not in KINDS or rule.kind == kind)
    ]
    return room(
        "staff/catalogue/rules.html",
        page,
        TAB,
        found=found,
        counts={each: sum(rule.kind == each for rule in every) for each in KINDS},
        words=words,
        option=option,
        kind=kind if kind in KINDS else "",
    )


@bp.get("/catalogue/<code>/rules/new/<kind>")
@allowed(Role.EDITOR)
def new_rule(code: str, kind: str) -> Response:
    return _form(opened(code), _kind(kind), Entries({"way": "requires", "how": "amount"}), None)


@bp.post("/catalogue/<code>/rules/new/<kind>")
@allowed(Role.EDITOR)
def make_rule(code: str, kind: str) -> Response:
    return _sent(begun_from(code), _kind(kind), None)


@bp.get("/catalogue/<code>/rules/<rule>")
@allowed(Role.EDITOR)
def draft_rule(code: str, rule: str) -> Response:
    page = opened(code)
    kind, known = _found(page.family, rule)
    said = {"way": "requires"} | typed(known, page.family)
    return _form(page, kind, Entries(said), known, shown=known)


@bp.post("/catalogue/<code>/rules/<rule>")
@allowed(Role.EDITOR)
def change_rule(code: str, rule: str) -> Response:
    page = begun_from(code)
    return _sent(page, *_found(page.family, rule))


@bp.post("/catalogue/<code>/rules/<rule>/removal")
@allowed(Role.EDITOR)
def remove_rule(code: str, rule: str) -> Response:
    page = begun_from(code)
    kind, known = _found(page.family, rule)
    kept = tuple(each for each in getattr(page.family, kind) if each is not known)
    return saving.save(page, page.family.revised(**{kind: kept}), to=url_for(TAB, code=code), tab=TAB)


def _sent(page: Opened, kind: str, known: AnyRule | None) -> Response:
    """What the pressed button asks for: the text written by the form, a look at the rule, or to keep it."""
    entries = Entries(request.form)
    act = entries["act"]
    if act == "write" and kind in ("rules", "resources"):
        entries.said["rule"] = written(entries, _chosen(), page.family) or entries["rule"]
        return _form(page, kind, entries, known, 422 if entries.is_wrong else 200)
    rule = RuleForm(entries, page.family, known).read(kind)
    if act == "look":
        # Reasons may be written later; only the text has to be readable to be looked at.
        wrong = {
            name: said for name, said in entries.errors.items() if name in ("rule", "when", "options", "of")
        }
        entries.errors = wrong
        return _form(page, kind, entries, known, 422 if wrong else 200, None if wrong else rule)
    if entries.is_wrong:
        return _form(page, kind, entries, known, 422)
    to = f"{url_for(TAB, code=page.code)}#{rule.code}"
    return saving.save(page, _with(page.family, kind, known, rule), to=to, tab=TAB)


def _form(
    page: Opened,
    kind: str,
    entries: Entries,
    known: AnyRule | None,
    status: int = 200,
    shown: AnyRule | None = None,
) -> Response:
    looked_at = None
    if shown is not None:
        family = _with(page.family, kind, known, shown)
        looked_at = ShownRule(family, page.code, kind, shown, examples_of(family))
    answer = room(
        "staff/catalogue/rule.html",
        page,
        TAB,
        kind=kind,
        entries=entries,
        known=known,
        shown=looked_at,
        is_kept=shown is known,
        chosen=_chosen(),
        sums=sums_of(page.family),
        languages_of_family=languages_of(page.family.title),
    )
    return make_response(answer, status)


def _with(family: Family, kind: str, known: AnyRule | None, rule: AnyRule) -> Family:
    rules: tuple[AnyRule, ...] = getattr(family, kind)
    kept = (*rules, rule) if known is None else tuple(rule if each is known else each for each in rules)
    return family.revised(**{kind: kept})


def _found(family: Family, code: str) -> tuple[str, AnyRule]:
    for kind in KINDS:
        for rule in getattr(family, kind):
            if rule.code == code:
                return kind, rule
    abort(404)


def _kind(name: str) -> str:
    return name if name in KINDS else abort(404)


def _chosen() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in ("left", "right")}


def _is_about(rule: ShownRule, option: str) -> bool:
    """Whether a rule speaks of an option, or of any option of a group."""
    group, _dot, code = option.partition(".")
    return any(key == OptionKey(group, code) or (not code and key.group == group) for key in rule.touched)
