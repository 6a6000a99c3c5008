"""Refusals: clicks on options that the rules ruled out, with what the shopper did next."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlmodel import Column, Field, SQLModel

from webapp.customers.touchpoint import BigKey, Kind, Touchpoint

LIMIT = "limit:"  # begins the code of a group's own limit


class Outcome(StrEnum):
    """What came right after a click on an option that was out."""

    REPAIR = "repair"  # took one of the changes offered
    AGAIN = "again"  # clicked on the same option once more: the later click says how it went on
    BACK = "back"  # left everything as it was
    KEPT_ON = "kept_on"  # went on with something else
    # None: nothing came after it, so far


class Refusal(SQLModel, table=True):
    """One such click. Amounts are minor units of the family's currency, before terms."""

    __tablename__ = "demand_refusals"
    __table_args__ = (
        Index("ix_demand_refusals_family", "family", "at"),
        Index("ix_demand_refusals_question", "question"),
        # All that the figures of a period ask for: they need not open the rows themselves.
        Index(
            "ix_demand_refusals_figures",
            *("family", "at", "again_at", "option_group", "option", "outcome", "journey_id"),
            *("total", "extra", "paid", "question"),
        ),
    )

    id: int | None = Field(
        default=None,
        sa_column=Column(BigKey, ForeignKey("touchpoints.id", ondelete="CASCADE"), primary_key=True),
    )
    journey_id: int = Field(
        sa_column=Column(
            BigKey, ForeignKey("demand_journeys.id", ondelete="CASCADE"), index=True, nullable=False
        )
    )
    family: str = Field(max_length=60)
    version: int
    at: datetime
    option_group: str = Field(max_length=60)
    option: str = Field(max_length=60)
    choices: str = Field(sa_type=Text, description="that stood when it was clicked, as a query string")
    question: str = Field(
        max_length=32, description="the same for the same choices, in any order, and the same option"
    )
    total: int = Field(description="of the build as it stood")
    repairs: int = Field(description="how many were offered")
    extra: int | None = Field(default=None, description="what the best repair asked for on top")
    outcome: str | None = Field(default=None, max_length=10)
    taken: int | None = Field(default=None, description="which repair, counted from 1")
    paid: int | None = Field(default=None, description="what the repair that was taken asked for on top")

    again_at: datetime | None = Field(
        default=None, description="the next click on the same option in the same journey, for the same wish"
    )

    @classmethod
    def of(cls, act: Touchpoint, journey_id: int = 0) -> "Refusal":
        """The refusal that a touchpoint tells of; its journey may get its number later."""
        detail = act.detail or {}
        repairs = detail.get("repairs", [])
        choices = detail.get("choices", "")
        group, option = act.option_group or "", act.option or ""
        return cls(
            id=act.id,
            journey_id=journey_id,
            family=act.family,
            version=act.version,
            at=act.at,
            option_group=group,
            option=option,
            choices=choices,
            question=question(act.family, choices, f"{group}={option}"),
            total=detail.get("total", 0),
            repairs=len(repairs),
            extra=repairs[0]["extra"] if repairs else None,
        )

    @property
    def wish(self) -> tuple[int, str, str]:
        """One option in one journey, however often it was clicked."""
        return self.journey_id, self.option_group, self.option

    def went_on(self, act: Touchpoint, offered: list[dict]) -> None:
        """Takes note of the act right after it; `offered`: its repairs as its touchpoint tells them."""
        is_about_it = (act.option_group, act.option) == (self.option_group, self.option)
        if act.kind == Kind.REPAIR and is_about_it:
            self.outcome = Outcome.REPAIR
            after = (act.detail or {}).get("after")
            for number, repair in enumerate(offered, start=1):
                if repair["after"] == after:
                    self.taken, self.paid = number, repair["extra"]
        elif act.kind == Kind.BLOCKED and is_about_it:
            self.outcome = Outcome.AGAIN
        else:
            self.outcome = Outcome.BACK if act.kind == Kind.UNDO else Outcome.KEPT_ON


class RefusalRule(SQLModel, table=True):
    """One of the rules that stood against a click together; a group's own limit only where no other rule did."""

    __tablename__ = "demand_refusal_rules"

    refusal_id: int = Field(
        sa_column=Column(BigKey, ForeignKey("demand_refusals.id", ondelete="CASCADE"), primary_key=True)
    )
    rule: str = Field(primary_key=True, max_length=70, index=True)


def telling(rules: Iterable[str]) -> list[str]:
    """Those that say something: that a group takes so many goes without saying beside a rule that somebody wrote."""
    known = list(rules)
    return [rule for rule in known if not rule.startswith(LIMIT)] or known


def question(family: str, choices: str, pick: str) -> str:
    """What was asked of the rules, as one short word."""
    said = "&".join(sorted(choices.split("&")))
    return hashlib.sha256(f"{family}?{said}&pick={pick}".encode()).hexdigest()[:32]
