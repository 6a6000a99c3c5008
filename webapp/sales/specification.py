"""What exactly is made and what it costs, copied so that it reads the same whatever the catalogue becomes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from pydantic import JsonValue
from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from catalog.choices import Choices
from catalog.configuration import Configuration, Origin, PriceLine
from catalog.expression import OptionKey
from catalog.model import Texts
from catalog.terms import Price, Term, Terms


class Specification(SQLModel):
    """What a build or an order line is made of: choices, all that follows from them, every price step."""

    family: str = Field(max_length=60)
    family_title: dict[str, str] = Field(sa_type=JSON)
    version: int
    version_sha256: str = Field(max_length=64)
    choices: list[str] = Field(sa_type=JSON, description="group.option, in the order in which they were said")
    parts: list[dict[str, JsonValue]] = Field(sa_type=JSON, description="every chosen option with its texts")
    price_lines: list[dict[str, JsonValue]] = Field(sa_type=JSON)
    terms: list[dict[str, JsonValue]] = Field(sa_type=JSON)
    currency: str = Field(max_length=3)
    tax_percent: str = Field(max_length=12)
    total: int
    tax: int
    lead_days: int

    @property
    def title(self) -> Texts:
        return Texts(self.family_title)

    @property
    def said(self) -> Choices:
        return Choices.of_names(self.choices)

    @property
    def address(self) -> str:
        """The choices as the query string of the configurator."""
        return urlencode(self.said.parameters())

    @property
    def picked(self) -> tuple[OptionKey, ...]:
        """Every option it consists of, in the document's order."""
        return tuple(OptionKey(str(part["group"]), str(part["option"])) for part in self.parts)

    @property
    def listed(self) -> list["Part"]:
        """Every part with its words; made once, since an order's pages and letters ask for it a dozen times."""
        known = self.__dict__.get("_listed")
        if known is None or known[0] is not self.parts:
            known = self.__dict__["_listed"] = self.parts, [Part.of_row(row) for row in self.parts]
        return list(known[1])

    @property
    def groups(self) -> dict[str, Texts]:
        """What group each option's price step belongs to, by the step's code."""
        return {part.code: part.group_title for part in self.listed}

    @property
    def priced(self) -> list[PriceLine]:
        """The steps of the price; they sum to the total."""
        return [
            PriceLine(str(row["code"]), Texts(row["label"]), int(str(row["amount"])))
            for row in self.price_lines
        ]

    @property
    def agreed(self) -> Terms:
        """The terms that swayed the price."""
        return Terms(
            tuple(
                Term(str(row["code"]), Texts(row["label"]), row["kind"], Decimal(str(row["value"])))  # type: ignore[arg-type]
                for row in self.terms
            )
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One chosen option as it was called when it was chosen."""

    group: str
    option: str
    origin: Origin
    group_title: Texts
    title: Texts
    price: int
    attributes: dict[str, int]

    @property
    def code(self) -> str:
        return f"{self.group}.{self.option}"

    def row(self) -> dict[str, JsonValue]:
        return {
            "group": self.group,
            "option": self.option,
            "origin": self.origin.value,
            "group_title": dict(self.group_title.root),
            "title": dict(self.title.root),
            "price": self.price,
            "attributes": dict(self.attributes),
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Part":
        return cls(
            row["group"],
            row["option"],
            Origin(row["origin"]),
            Texts(row["group_title"]),
            Texts(row["title"]),
            row["price"],
            row["attributes"],
        )


def specified(
    configuration: Configuration, price: Price, terms: Terms, version: int, sha256: str
) -> dict[str, Any]:
    """The columns of a specification: a copy of a configuration, its price and where both came from."""
    family = configuration.family
    return {
        "family": family.code,
        "family_title": dict(family.title.root),
        "version": version,
        "version_sha256": sha256,
        "choices": [str(key) for key in configuration.choices],
        "parts": [part.row() for part in parts_of(configuration)],
        "price_lines": rows(price.lines),
        "terms": [
            {
                "code": term.code,
                "label": dict(term.label.root),
                "kind": term.kind,
                "value": str(term.value),
            }
            for term in terms.terms
        ],
        "currency": price.currency,
        "tax_percent": str(family.tax_percent),
        "total": price.total,
        "tax": price.tax,
        "lead_days": configuration.lead_days,
    }


def parts_of(configuration: Configuration) -> list[Part]:
    """The chosen options of a configuration, in the document's order."""
    family = configuration.family
    return [
        Part(
            key.group,
            key.option,
            configuration.origins[key],
            family.group_by_code[key.group].title,
            family.option_by_key[key].title,
            family.option_by_key[key].price,
            dict(family.option_by_key[key].attributes),
        )
        for key in configuration.picked
    ]


def rows(lines: Iterable[PriceLine]) -> list[dict[str, JsonValue]]:
    """Price lines as they are stored."""
    return [{"code": line.code, "label": dict(line.label.root), "amount": line.amount} for line in lines]
