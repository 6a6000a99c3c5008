"""Whether a click notices how many drafts and builds are kept: the same clicks on two sites in turn."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from tests.bench.click import warm
from tests.bench.host import Host, web_alone
from tests.bench.line import Line, middle, percentile, shown
from tests.bench.shopper import Shopper
from tests.bench.walk import Recorder
from webapp.customers.visitor import COOKIE, signed

FEW, MANY = 1_000, 1_000_000
WALKS, CLICKS = 16, 10
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
# Half of what is kept are drafts, half are builds; every draft has come about by two clicks.
DRAFTS = f"""
{NUMBERS}
INSERT INTO current_builds (owner, family, version, address, trail, changed_at)
SELECT owner, 'bicycle', 1, 'frame=steel', '["", "frame=alu"]', '2025-01-01 00:00:00.000000'
FROM (SELECT hex(randomblob(11)) AS owner FROM numbers ORDER BY owner)
"""
BUILDS = """
INSERT INTO builds (code, token, owner, name, latest_number, edit_counter, look_counter, saved_at, changed_at)
SELECT lower(hex(randomblob(8))), hex(randomblob(16)), owner, 'A build', 1, 0, 0, changed_at, changed_at
FROM current_builds
"""
VERSIONS = """
INSERT INTO build_versions (
    build_id, number, cause, made_at, family, family_title, version, version_sha256,
    choices, parts, price_lines, terms, currency, tax_percent, total, tax, lead_days
)
SELECT id, 1, 'saved', saved_at, 'bicycle', '{}', 1, hex(randomblob(32)),
    '[]', '[]', '[]', '[]', 'EUR', '19', 99900, 15951, 10
FROM builds
"""
TOUCHPOINTS = """
INSERT INTO touchpoints (visitor, kind, family, version, option_group, option, at)
SELECT owner, 'pick', family, 1, 'frame', 'steel', changed_at FROM current_builds
"""


def lines(recorder: Recorder, prepared: Path, folder: Path) -> Iterator[Line]:
    """`prepared`: the instance of a site that has been started once and is not running."""
    few, many = _filled(prepared, folder / "few", FEW), _filled(prepared, folder / "many", MANY)
    with web_alone(few) as small, web_alone(many) as large:
        for site in (small, large):
            warm(site, recorder)
        pairs = list(_pairs(recorder, small, large))
    before, after = (percentile([pair[place] for pair in pairs], 50) for place in (0, 1))
    ratio = middle([large_one / small_one for small_one, large_one in pairs])
    size = (many / "lekalo.sqlite3").stat().st_size / 1024**2
    yield Line(
        f"kept drafts and builds {FEW:,} → {MANY:,}: the same click, p50 (database of {size:,.0f} MiB)",
        ratio,
        "×",
        1.05,
        1.15,
        figure=f"{shown(after * 1000)} ms",
        reference=f"with {FEW:,}: {shown(before * 1000)} ms",
        ratio=f"{ratio:.3f} ×",
    )


def _pairs(recorder: Recorder, small: Host, large: Host) -> Iterator[tuple[float, float]]:
    """Seconds of the same click on both, each made by somebody whose draft is among those kept."""
    visitors = [_visitors(site.instance) for site in (small, large)]
    for number, walk in enumerate(recorder.walks(WALKS, CLICKS)):
        shoppers = [
            Shopper(
                site.port,
                f"{COOKIE}={signed(names[number], (site.instance / 'secret.key').read_text().strip())}",
            )
            for site, names in zip((small, large), visitors, strict=True)
        ]
        for shopper in shoppers:
            shopper.arrive()
        for place, click in enumerate(walk):
            seconds = [0.0, 0.0]
            for which in (0, 1) if (number + place) % 2 else (1, 0):
                seconds[which], _ = shoppers[which].click(click)
            yield seconds[0], seconds[1]


def _filled(prepared: Path, place: Path, count: int) -> Path:
    """A copy of an instance with so many drafts and builds in it."""
    shutil.copytree(prepared, place)
    connection = sqlite3.connect(place / "lekalo.sqlite3")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-200000")
    with connection:
        connection.execute(DRAFTS, {"count": count // 2})
        connection.execute(BUILDS)
        connection.execute(VERSIONS)
        connection.execute(TOUCHPOINTS)
        connection.execute(TOUCHPOINTS)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return place


def _visitors(instance: Path) -> list[str]:
    connection = sqlite3.connect(instance / "lekalo.sqlite3")
    rows = connection.execute(
        "SELECT owner FROM current_builds ORDER BY random() LIMIT ?", (WALKS,)
    ).fetchall()
    connection.close()
    return [visitor for (visitor,) in rows]
