"""The blanks of canned answers: what each stands for in a thread, and which nobody has filled in."""

import re
from collections.abc import Mapping

from flask_babel import lazy_gettext

from webapp.database import reading
from webapp.relations.talk import correspondent
from webapp.relations.talk.thread import Thread
from webapp.sales.build import Build
from webapp.sales.order import Order
from webapp.staff.sign_in import colleague

BLANKS: Mapping[str, object] = {
    "name": lazy_gettext("their name"),
    "order": lazy_gettext("the number of the order that the thread is about"),
    "build": lazy_gettext("the name of the build that it is about"),
    "colleague": lazy_gettext("your name"),
}
OPEN = re.compile(r"\{(" + "|".join(BLANKS) + r")\}")


def left_open(text: str) -> list[str]:
    """The blanks that still stand in a text, each once."""
    return list(dict.fromkeys(f"{{{name}}}" for name in OPEN.findall(text)))


def known_in(thread: Thread) -> dict[str, str]:
    """What the blanks stand for in a thread; "" where nothing is known."""
    order = reading().get(Order, thread.order_id) if thread.order_id is not None else None
    build = reading().get(Build, thread.build_id) if thread.build_id is not None else None
    return {
        "name": correspondent.of(reading(), thread).name,
        "order": order.number if order else "",
        "build": build.name if build else "",
        "colleague": colleague().name,
    }
