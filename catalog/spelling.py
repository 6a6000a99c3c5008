"""The nearest known code for one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest known code, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return near[0] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' (did you mean "…"?)' for the nearest known code, or nothing."""
    near = nearest(word, known)
    return f' (did you mean "{near}"?)' if near else ""
