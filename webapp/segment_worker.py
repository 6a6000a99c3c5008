"""What the worker does for segments: writes down once a day how many people are in each."""

import logging
from datetime import datetime

from catalog.rule_fault import RuleFault
from webapp import clock
from webapp.database import Database
from webapp.languages import LANGUAGES
from webapp.relations.segments import segment, segment_rule, segment_size
from webapp.relations.segments.membership import Membership

log = logging.getLogger(__name__)


def count_segments(time_zone: str, database: Database, at: datetime) -> None:
    """Counts the segments that nobody has counted today; each is read by itself and written in a moment."""
    day = clock.day_of(at, time_zone)
    with database.reading() as session:
        numbers = [each.code for each in segment_size.uncounted(session, day)]
    for code in numbers:
        with database.reading() as session:
            kept = segment.by_code(session, code)
            if kept is None:
                continue
            edition, words = kept.edition, segment_rule.lexicon(session, tuple(LANGUAGES))
            try:
                size = Membership(session, words, segment_rule.read(kept.rule, words), at).count
            except RuleFault as fault:  # what it speaks of is gone; the page says so
                log.info("segment %s is not counted: %s", code, fault.message)
                continue
        with database.writing() as session:
            kept = segment.by_code(session, code, for_update=True)
            if kept is not None and kept.edition == edition:
                segment_size.note(session, kept, size, day=day, at=at)
