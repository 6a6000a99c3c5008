"""What staff type into a rule of any kind, and a rule as a form holds it."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from catalog.model import Bundle, Family, PriceRule, Resource, Rule, Texts
from catalog.rule_fault import RuleFault
from webapp.staff.catalogue.entries import Entries, amount_text, languages_of, typed_texts
from webapp.staff.catalogue.rule_words import fault_words
from webapp.staff.catalogue.shown_rule import AnyRule

LONGEST_RULE = 4000


class RuleForm:
    """Reads a rule of one kind; where something is wrong, `entries` says what."""

    def __init__(self, entries: Entries, family: Family, known: AnyRule | None) -> None:
        self.entries, self.family, self.known = entries, family, known
        self.languages = languages_of(family.title)

    def read(self, kind: str) -> AnyRule:
        read: dict[str, Callable[[], AnyRule]] = {
            "rules": self._rule,
            "resources": self._resource,
            "price_rules": self._price_rule,
            "bundles": self._bundle,
        }
        return read[kind]()

    def _rule(self) -> Rule:
        text = self.text("rule", self.family.vocabulary.expression)
        reason = self._in_each("reason")
        return Rule(code=self._code(reason), rule=text, reason=reason)

    def _resource(self) -> Resource:
        title, reason = self._in_each("title"), self._in_each("reason")
        text = self.text("rule", self.family.vocabulary.comparison)
        unit = self.entries.line("unit", longest=20)
        return Resource(code=self._code(title), rule=text, reason=reason, title=title, unit=unit)

    def _price_rule(self) -> PriceRule:
        title = self._in_each("title")
        when = self.text("when", self.family.vocabulary.expression)
        amount, percent = None, None
        of: tuple[str, ...] = ()
        if self.entries["how"] == "percent":
            percent, of = self._percent(), self._names("of", any_of_group=True)
        elif self.entries["amount"].strip():
            amount = self.entries.amount("amount", self.family.currency)
        else:
            self.entries.wrong("amount", _("Please fill this in."))
        if not self.entries.is_wrong:
            return PriceRule(
                code=self._code(title), title=title, when=when, amount=amount, percent=percent, of=of
            )
        return PriceRule(code=self._code(title), title=title, when=when, amount=amount)

    def _bundle(self) -> Bundle:
        title, options = self._in_each("title"), self._names("options")
        if not self.entries["price"].strip():
            self.entries.wrong("price", _("Please fill this in."))
        price = self.entries.amount("price", self.family.currency)
        return Bundle(code=self._code(title), title=title, options=options, price=price)

    def text(self, name: str, read: Callable[[str], object]) -> str:
        """A text in the rule language."""
        text = self.entries[name].replace("\r\n", "\n").strip()
        if not text:
            self.entries.wrong(name, _("Please fill this in."))
        elif len(text) > LONGEST_RULE:
            self.entries.wrong(name, _("At most %(most)d characters, please.", most=LONGEST_RULE))
        else:
            try:
                read(text)
            except RuleFault as fault:
                self.entries.wrong(name, fault_words(fault))
        return text

    def _in_each(self, name: str) -> Texts:
        """A text that is needed in every language."""
        texts = self.entries.texts(name, self.languages)
        for language in self.languages:
            if language not in texts.root:
                self.entries.wrong(f"{name}.{language}", _("Please fill this in, in each language."))
        return texts

    def _code(self, title: Texts) -> str:
        if self.known is not None:
            return self.known.code
        lists = (self.family.rules, self.family.resources, self.family.price_rules, self.family.bundles)
        taken = {rule.code for rules in lists for rule in rules}
        code = self.entries.code("code", taken, title=title.in_("en")[:40])
        return code if "code" not in self.entries.errors else "x"

    def _percent(self) -> Decimal:
        text = self.entries["percent"].strip().replace(",", ".").replace("−", "-").removesuffix("%").strip()
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not (
            found.is_finite()
            and Decimal(-100) <= found <= 1000
            and re.fullmatch(r"[+-]?\d+(\.\d{1,3})?", text)
        ):
            self.entries.wrong("percent", _("A number from −100 on, such as −10 or 2.5, please."))
            return Decimal(0)
        return found

    def _names(self, name: str, any_of_group: bool = False) -> tuple[str, ...]:
        """Names of options."""
        names = (
            tuple(dict.fromkeys(re.split(r"[\s,;]+", self.entries[name].strip())))
            if self.entries[name].strip()
            else ()
        )
        if not names:
            self.entries.wrong(name, _("Please name at least one option."))
        for each in names:
            group_code, _dot, option = each.partition(".")
            group = self.family.group_by_code.get(group_code)
            if group is None:
                self.entries.wrong(name, _("There is no group “%(code)s”.", code=group_code[:60]))
            elif not (option == "*" and any_of_group) and option not in [one.code for one in group.options]:
                self.entries.wrong(
                    name,
                    _(
                        "The group “%(group)s” has no option “%(option)s”.",
                        group=group_code,
                        option=option[:60],
                    ),
                )
        return names


def typed(rule: AnyRule, family: Family) -> dict[str, str]:
    """A rule as a form holds it."""
    said = {"code": rule.code}
    if isinstance(rule, Rule):
        said |= {"rule": rule.rule} | typed_texts("reason", rule.reason)
    if isinstance(rule, Resource):
        said |= {"unit": rule.unit} | typed_texts("title", rule.title)
    if isinstance(rule, PriceRule):
        said |= {"when": rule.when, "how": "amount" if rule.percent is None else "percent"}
        said |= {"amount": "" if rule.amount is None else amount_text(rule.amount, family.currency)}
        said |= {"percent": "" if rule.percent is None else str(rule.percent), "of": "\n".join(rule.of)}
        said |= typed_texts("title", rule.title)
    if isinstance(rule, Bundle):
        said |= {"options": "\n".join(rule.options), "price": amount_text(rule.price, family.currency)}
        said |= typed_texts("title", rule.title)
    return said
