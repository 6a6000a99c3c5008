"""When Python looks for garbage: seldom, and never among what a process has made at its start, which stays for good."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000  # new objects between two looks; the usual seven hundred take some time of each click


@contextmanager
def unsought() -> Iterator[None]:
    """While modules are imported, hardly anything is thrown away: looking for it takes a tenth of the start."""
    if gc.get_threshold()[0] == SELDOM:  # once: what tests have made meanwhile does go away
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(SELDOM)
        gc.enable()
