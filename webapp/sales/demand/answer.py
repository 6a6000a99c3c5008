"""What if a rule went: which refused clicks could be built then, asked of the engine once for each question."""

from sqlmodel import Field, SQLModel


class Verdict:
    """What today's family says of a click that was refused."""

    WITHOUT = "without"  # could be built if the rule went
    STILL = "still"  # other rules stand against it too
    ALREADY = "already"  # can be built today, with the rule
    GONE = "gone"  # names an option that is gone, or the rule is


class Answer(SQLModel, table=True):
    """The answer to one question about one rule, under one published version of the family."""

    __tablename__ = "demand_answers"

    rule: str = Field(primary_key=True, max_length=70)
    question: str = Field(primary_key=True, max_length=32)
    version: int
    verdict: str = Field(max_length=10)
