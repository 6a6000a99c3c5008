"""What kept builds and ordered things consist of: a small row each, so that a hundred thousand are counted at once."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlmodel import Column, Field, Integer, SQLModel


class DemandOption(SQLModel, table=True):
    """The place of an option in the rows of its family; never changed, so that old rows stay readable."""

    __tablename__ = "demand_options"
    __table_args__ = (UniqueConstraint("family", "option_group", "option"),)

    family: str = Field(primary_key=True, max_length=60)
    place: int = Field(primary_key=True)
    option_group: str = Field(max_length=60)
    option: str = Field(max_length=60)


class PartSet(SQLModel, table=True):
    """A kept build as it is now, or one line of an order; it goes with what it tells of.

    `picked` has a bit for each option that it contains, `said` one for each that the shopper chose: bit n of byte
    n // 8, counted from the lowest, is the option at place n.
    """

    __tablename__ = "demand_part_sets"
    __table_args__ = (Index("ix_demand_part_sets_family", "family", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    build_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("builds.id", ondelete="CASCADE"), unique=True, nullable=True),
    )
    order_line_id: int | None = Field(
        default=None,
        sa_column=Column(
            Integer, ForeignKey("order_lines.id", ondelete="CASCADE"), unique=True, nullable=True
        ),
    )
    family: str = Field(max_length=60)
    number: int = Field(description="of the build's version; 1 for what was ordered")
    day: date = Field(description="on which it was first saved, or ordered, where the shop is")
    pieces: int
    total: int = Field(description="of all its pieces, in minor units, before anything comes off the order")
    picked: bytes = Field(sa_type=LargeBinary)
    said: bytes = Field(sa_type=LargeBinary)
