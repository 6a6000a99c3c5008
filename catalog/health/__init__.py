"""What an editor should know of a family before it is published: what is wrong, what is odd, and whose doing it is."""

from catalog.health.examination import Chapter, Health, examine, examined
from catalog.health.finding import Finding, Kind, Severity
from catalog.health.trial import Expectation, Trial

__all__ = ["Chapter", "Expectation", "Finding", "Health", "Kind", "Severity", "Trial", "examine", "examined"]
