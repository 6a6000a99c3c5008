"""Every figure by which facts are inferred: the arithmetic takes them from here, and so does the page that tells it."""

from collections.abc import Mapping
from datetime import timedelta

from webapp.customers.touchpoint import Kind

# What one act weighs. Acts that are not named say nothing of a taste.
WEIGHTS: Mapping[Kind, float] = {
    Kind.ORDER: 8,
    Kind.SAVE: 4,
    Kind.CART: 3,
    Kind.REPAIR: 2,
    Kind.PICK: 1,
    Kind.BLOCKED: 1,
    Kind.SHARE: 1,
    Kind.MESSAGE: 1,
    Kind.REFUSAL: 0.5,
}
HALF_LIFE = timedelta(days=120)  # after which an act weighs half
LEAST_EVIDENCE = 3  # acts that speak for a fact
LEAST_WEIGHT = 2.5  # that they have together
LEAST_SHARE = 0.6  # of all that speaks of the same trait
BUILD_SHARE = 0.5  # of the parts of a build that have a trait: from this on the build speaks for a value
BUILDS_TOLD = 5  # of which a sentence tells
LEAST_BUILDS = 3  # with a price, for a price band
BAND = (0.25, 0.75)  # of the weight, from the cheapest build: where the price band begins and ends
LEAST_DAYS = 5  # on which somebody was here, for a rhythm
DAY_PARTS: Mapping[str, tuple[int, int]] = {  # hours, from and until
    "morning": (5, 11),
    "daytime": (11, 17),
    "evening": (17, 23),
    "night": (23, 5),
}
MOST = 400  # acts that are looked at, the latest
