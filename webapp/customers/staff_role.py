"""What a member of staff is there for; it decides which pages and acts of the desk are theirs."""

from enum import StrEnum


class Role(StrEnum):
    """One part of the work. A person may have several; an owner may do everything."""

    EDITOR = "editor"  # models, options, rules, prices and pictures
    RELATIONSHIP = "relationship"  # orders, payments, letters: whatever a customer hears of
    PRODUCTION = "production"  # what the workshop makes, and when
    OWNER = "owner"


EVERY_ROLE = tuple(Role)
