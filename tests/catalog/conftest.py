"""How far hypothesis looks: the same few examples every time, or with EXAMPLES=3000 so many new ones per test."""

import os

from hypothesis import HealthCheck, Phase, settings

# To explain a failure takes as long as to find a small one, and says less.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=60, phases=PHASES)
settings.register_profile(
    "far",
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "1000")),
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("far" if "EXAMPLES" in os.environ else "repeatable")
