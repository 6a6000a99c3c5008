"""Orders outlive the processes that take them."""

from collections.abc import Callable
from pathlib import Path

from tests.databases import on_both_databases
from tests.torture.storm import Storm


@on_both_databases
def test_no_acknowledged_order_is_lost_doubled_or_half_written_whoever_is_killed(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    """A small one of `make torture`."""
    storm = Storm(tmp_path / "shop", new_database(), orders=40, kills=4, shoppers=6, seed=3)
    found = storm.rage()
    assert found.faults() == []
    assert (found.acknowledged, found.kills.total()) == (40, 4)
    assert max(found.ready_after) < 60  # `make torture` says how long it takes on a quiet machine
