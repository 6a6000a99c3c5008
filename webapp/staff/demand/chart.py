"""Charts as plain SVG inside the page: drawn by pygal, coloured by our style sheet, with no script or style inside."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

SVG = "{http://www.w3.org/2000/svg}"
NEVER = {"defs", "script", "style", "desc", "title", "foreignObject", "image", "a", "use"}
WIDTH, WIDE, NARROW = 580, 900, 320
MOST_SERIES = 6  # that the style sheet has colours for
LABEL, LONG_LABEL = 26, 52  # characters beside a bar
FONT = 13


class Bar(NamedTuple):
    """One bar of a strip, in percent of its length."""

    colour: int
    start: float
    length: float


class Row(NamedTuple):
    """What telephones show of a bar chart: a label above a strip, or above several."""

    label: str
    strips: Sequence[Sequence[Bar]]


class Chart(NamedTuple):
    """A drawing with what it says, and what its colours mean; for telephones, rows or a narrow drawing instead."""

    title: str
    drawing: Markup
    legend: Sequence[str] = ()
    rows: Sequence[Row] = ()
    narrow: Markup | None = None


Series = Sequence[tuple[str, Sequence[float | None]]]


def bars(
    title: str,
    labels: Sequence[str],
    series: Series,
    unit: str = "",
    *,
    stacked: bool = False,
    wide: bool = False,
) -> Chart:
    """Lying bars, a row for each label, from the top."""
    import pygal  # takes a tenth of a second, and few processes ever draw

    kind = pygal.HorizontalStackedBar if stacked else pygal.HorizontalBar
    rows = len(labels)
    thickness = 26 if stacked or len(series) == 1 else 16 * len(series) + 8
    drawing = kind(
        **_usual(unit),
        width=WIDE if wide else WIDTH,
        height=60 + thickness * max(rows, 1),
        show_x_guides=True,
        classes=("chart", "chart-wide") if wide else ("chart",),
    )
    most = LONG_LABEL if wide else LABEL
    drawing.x_labels = [_short(label, most) for label in reversed(labels)]
    for name, values in series[:MOST_SERIES]:
        drawing.add(name, list(reversed(values)))
    return _chart(title, drawing, series)._replace(rows=rows_of(labels, series, stacked=stacked))


def rows_of(labels: Sequence[str], series: Series, *, stacked: bool) -> list[Row]:
    """The bars of each label, each as long beside the longest as its number is."""
    shown = [[max(value or 0, 0) for value in values] for _name, values in series[:MOST_SERIES]]
    columns = list(zip(*shown, strict=True))
    longest = max((sum(each) if stacked else max(each, default=0) for each in columns), default=0) or 1
    rows = []
    for label, values in zip(labels, columns, strict=True):
        bars, start = [], 0.0
        for colour, value in enumerate(values):
            length = round(100 * value / longest, 2)
            bars.append(Bar(colour, round(start, 2), length))
            start += length if stacked else 0
        rows.append(Row(label, [bars] if stacked else [[bar] for bar in bars]))
    return rows


def lines(title: str, labels: Sequence[str], series: Series, unit: str = "") -> Chart:
    """A line for each series over time; a narrow one has fewer days written below it."""
    narrow = drawn(_line(labels, series, unit, NARROW, "chart-narrow").render(is_unicode=True), title)
    return _chart(title, _line(labels, series, unit, WIDTH), series)._replace(narrow=narrow)


def _line(labels: Sequence[str], series: Series, unit: str, width: int, *classes: str) -> Any:
    import pygal

    every = -(-len(labels) * 80 // width)
    drawing = pygal.Line(
        **_usual(unit),
        width=width,
        height=260,
        show_y_guides=True,
        x_labels_major_every=every,
        show_minor_x_labels=False,
        dots_size=3,
        include_x_axis=True,
        classes=("chart", *classes),
    )
    drawing.x_labels = list(labels)
    for name, values in series[:MOST_SERIES]:
        drawing.add(name, list(values), allow_interruptions=True)
    return drawing


def _chart(title: str, drawing: Any, series: Series) -> Chart:
    legend = [name for name, _ in series[:MOST_SERIES]] if len(series) > 1 else []
    return Chart(title, drawn(drawing.render(is_unicode=True), title), legend)


def _usual(unit: str) -> dict[str, Any]:
    from pygal.style import Style

    style = Style(label_font_size=FONT, major_label_font_size=FONT)
    return {
        "js": (),
        "css": (),
        "style": style,
        "show_legend": False,
        "no_prefix": True,
        "disable_xml_declaration": True,
        "explicit_size": False,
        "margin": 12,
        "margin_right": 24,
        "truncate_label": LONG_LABEL + 1,
        "no_data_text": "",
        "max_scale": 8,
        "min_scale": 2,
        "spacing": 8,
        "value_formatter": lambda value: f"{value:g}{unit}",
        "formatter": None,
    }


def drawn(svg: str, title: str) -> Markup:
    """The drawing itself: shapes, text and classes, and nothing that a page's policy would have to allow."""
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else "comment"
            if name in NEVER or name == "comment" or "tooltip" in child.get("class", "").split():
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        for attribute in [
            name for name in element.attrib if name in ("style", "id") or name.startswith(("on", "{"))
        ]:
            del element.attrib[attribute]
    root.set("xmlns", "http://www.w3.org/2000/svg")
    root.set("role", "img")
    root.set("aria-label", title)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _short(label: str, most: int) -> str:
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"
