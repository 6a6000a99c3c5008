"""Uploaded SVG drawings, cleaned: what is left runs nothing, fetches nothing, and fits the family's canvas.

What is let in is named here; all else is taken away or refused. `py_svg_hush` goes first, and is not taken at its word:
it leaves the text of an `@import` behind, and addresses without a scheme.
"""

import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree as ET

import py_svg_hush

LARGEST = 2 * 1024 * 1024  # bytes, as uploaded
LARGEST_CLEAN = 600 * 1024  # characters: every revision of a draft carries its pictures
MOST_ELEMENTS = 20_000
DEEPEST = 60

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = """
svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc
linearGradient radialGradient stop pattern clipPath mask marker filter feGaussianBlur feOffset
feBlend feColorMatrix feComposite feFlood feMerge feMergeNode feMorphology feTurbulence feDropShadow
feComponentTransfer feFuncR feFuncG feFuncB feFuncA
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_ATTRIBUTES = """
id transform d x y x1 y1 x2 y2 cx cy r rx ry fx fy fr width height points offset dx dy rotate
textLength lengthAdjust viewBox preserveAspectRatio gradientUnits gradientTransform spreadMethod
patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result
stdDeviation mode type values operator k1 k2 k3 k4 radius baseFrequency numOctaves seed stitchTiles
tableValues slope intercept amplitude exponent pathLength fill fill-opacity fill-rule stroke
stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
stroke-dashoffset opacity color clip-path clip-rule mask filter marker-start marker-mid marker-end
stop-color stop-opacity flood-color flood-opacity paint-order vector-effect font-family font-size
font-style font-weight letter-spacing text-anchor dominant-baseline display visibility
mix-blend-mode isolation color-interpolation-filters shape-rendering
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
DRAWING = frozenset({"use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"})
# Of `style` and style sheets each declaration becomes the attribute of its name, if that is among those above.
REFERENCE = re.compile(r"url\(\s*(['\"]?)#([^'\")\s]+)\1\s*\)")
FORBIDDEN = re.compile(r"url\s*\(|[a-z]+\s*:\s*//|javascript:|data:|expression\s*\(|@import|\\|&|<", re.I)
DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)|<\?xml-stylesheet", re.I)
SHEET = re.compile(r"([^{}@]+)\{([^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)(?:px)?\s*")


class Why(StrEnum):
    """Why a picture is refused."""

    TOO_LARGE = "too-large"
    EMPTY = "empty"
    WRONG_TYPE = "wrong-type"  # no picture of a kind that we take
    DISGUISED = "disguised"  # more than its type says: something else hangs on it
    BROKEN = "broken"
    DECLARES = "declares"  # a document type or entities
    TOO_DEEP = "too-deep"
    TOO_MANY = "too-many"  # elements, or pixels, or moving frames
    NOTHING_LEFT = "nothing-left"  # to draw, once all that is forbidden is gone
    TOO_LARGE_CLEAN = "too-large-clean"


class Refused(ValueError):
    """A picture that is not taken in; `detail` names the line or the limit, where there is one."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why.value} {detail}".strip())
        self.why, self.detail = why, detail


def cleaned(raw: bytes, width: int, height: int) -> str:
    """A drawing for a canvas of that size. Raises Refused."""
    if len(raw) > LARGEST:
        raise Refused(Why.TOO_LARGE)
    text, sheets = _checked(raw)
    try:
        root = ET.fromstring(py_svg_hush.filter_svg(text.encode()))
    except (ValueError, ET.ParseError) as error:
        raise Refused(Why.BROKEN, str(error)[:100]) from None
    mark = f"i{hashlib.sha256(raw).hexdigest()[:8]}"
    kept = _Cleaning(mark, sheets).element(root)
    if kept is None or not any(each.tag in DRAWING for each in kept.iter()):
        raise Refused(Why.NOTHING_LEFT)
    _count_used(kept)
    text = _fitted(kept, width, height)
    if len(text) > LARGEST_CLEAN:
        raise Refused(Why.TOO_LARGE_CLEAN)
    return text


def is_svg(raw: bytes) -> bool:
    """Whether bytes begin as a drawing does."""
    start = raw[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<?xml", b"<!--", b"<!DOCTYPE", b"<svg")) and b"<svg" in raw[:65536]


def _checked(raw: bytes) -> tuple[str, str]:
    """The text and its style sheets, once it is known to be one document of bearable size that declares nothing."""
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Why.WRONG_TYPE) from None
    if "\0" in text:
        raise Refused(Why.DISGUISED)
    if DECLARED.search(raw):
        raise Refused(Why.DECLARES)
    depth = elements = 0
    sheets: list[str] = []
    parser: Any = ET.XMLPullParser(("start", "end"))
    try:
        for start in range(0, len(text), 65536):
            parser.feed(text[start : start + 65536])
            for event, element in parser.read_events():
                if isinstance(element, ET.Element):
                    depth += 1 if event == "start" else -1
                    elements += event == "start"
                    if event == "end" and element.tag == f"{{{SVG}}}style":
                        sheets.append(element.text or "")
                    if elements == 1 and event == "start" and element.tag != f"{{{SVG}}}svg":
                        raise Refused(Why.WRONG_TYPE)
                if depth > DEEPEST:
                    raise Refused(Why.TOO_DEEP)
                if elements > MOST_ELEMENTS:
                    raise Refused(Why.TOO_MANY)
        parser.close()
    except ET.ParseError as error:
        line, column = error.position
        raise Refused(Why.BROKEN, f"{line}:{column + 1}") from None
    return text, "\n".join(sheets)


class _Cleaning:
    """One pass over a drawing. Names get `mark` before them, so that layers never take each other's."""

    def __init__(self, mark: str, sheets: str) -> None:
        self.mark = mark
        # Drawing programs write colours into classes; what they say goes to the elements themselves.
        self.said: dict[str, str] = {}
        for found in SHEET.finditer(COMMENT.sub("", sheets)):
            for selector in found[1].split(","):
                self.said[selector.strip()] = f"{self.said.get(selector.strip(), '')};{found[2]}"

    def element(self, element: ET.Element) -> ET.Element | None:
        """The element without what is forbidden; None where it is so itself."""
        namespace, _, name = str(element.tag).rpartition("}")
        if namespace != "{" + SVG or name not in ELEMENTS:
            return None
        kept = ET.Element(name, dict(self._attributes(element)))
        if name == "use" and not kept.get("href"):
            return None
        kept.text = element.text if name in ("text", "tspan", "title", "desc") else None
        for child in element:
            clean = self.element(child)
            if clean is not None:
                clean.tail = child.tail if name in ("text", "tspan") else None
                kept.append(clean)
        return kept

    def _attributes(self, element: ET.Element) -> Iterator[tuple[str, str]]:
        # A presentation attribute yields to a style, so the style comes last.
        for name, value in element.attrib.items():
            if name in ("href", XLINK):
                if value.startswith("#") and len(value) > 1 and not FORBIDDEN.search(value):
                    yield "href", f"#{self.mark}-{value[1:]}"
            elif name == "id":
                yield "id", f"{self.mark}-{value}"
            elif name in ATTRIBUTES and (clean := self._value(value)) is not None:
                yield name, clean
        named = [f".{name}" for name in element.get("class", "").split()] + [f"#{element.get('id')}"]
        sheet = ";".join(self.said.get(each, "") for each in (str(element.tag).rpartition("}")[2], *named))
        for declaration in f"{sheet};{element.get('style', '')}".split(";"):
            name, _, value = declaration.partition(":")
            value = value.replace("!important", "").strip()
            if name.strip() in ATTRIBUTES and value and (clean := self._value(value)) is not None:
                yield name.strip(), clean

    def _value(self, value: str) -> str | None:
        if FORBIDDEN.search(REFERENCE.sub("", value)):
            return None
        return REFERENCE.sub(lambda found: f"url(#{self.mark}-{found[2]})", value)


def _count_used(root: ET.Element) -> None:
    """Refuses drawings that use parts of themselves so often, or in a circle, that no browser could draw them."""
    by_id = {f"#{each.get('id')}": each for each in root.iter() if each.get("id")}
    known: dict[str, int] = {}

    def weight(element: ET.Element, inside: frozenset[str]) -> int:
        total = 1 + sum(weight(child, inside) for child in element)
        name = element.get("href", "") if element.tag == "use" else ""
        if name in inside or len(inside) > DEEPEST:
            raise Refused(Why.TOO_DEEP)
        if name in by_id:
            if name not in known:
                known[name] = weight(by_id[name], inside | {name})
            total += known[name]
        if total > MOST_ELEMENTS:
            raise Refused(Why.TOO_MANY)
        return total

    weight(root, frozenset())


def _fitted(root: ET.Element, width: int, height: int) -> str:
    """The drawing on the canvas, as large as it fits where it was drawn for another one."""
    box = _box(root)
    for name in ("viewBox", "width", "height", "preserveAspectRatio", "x", "y"):
        root.attrib.pop(name, None)
    outer = ET.Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {width} {height}"})
    if box is None or box == (0, 0, width, height):
        outer.attrib |= root.attrib
        outer.extend(root)
    else:
        left, top, wide, high = box
        scale = min(width / wide, height / high)
        right, down = (width - wide * scale) / 2 - left * scale, (height - high * scale) / 2 - top * scale
        group = ET.SubElement(outer, "g", dict(root.attrib))
        own = group.get("transform", "")
        group.set("transform", f"translate({right:.3f} {down:.3f}) scale({scale:.6f}) {own}".strip())
        group.extend(root)
    return ET.tostring(outer, encoding="unicode", short_empty_elements=True)


def _box(root: ET.Element) -> tuple[float, float, float, float] | None:
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    try:
        left, top, wide, high = map(float, numbers)
    except ValueError:
        left = top = 0.0
        sides = [NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
        if not all(sides):
            return None
        wide, high = (float(side[1]) for side in sides if side)
    if not (0 < wide < 10**6 and 0 < high < 10**6 and abs(left) < 10**6 and abs(top) < 10**6):
        return None
    return left, top, wide, high
