"""What a letter in HTML says, as plain text; what it quotes is marked as in a plain letter."""

import re
from html.parser import HTMLParser

SILENT = {"head", "style", "script", "title", "template", "svg"}
BLOCKS = {
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "hr",
    "dd",
    "dt",
}
VOID = {"br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "embed", "source", "track"}
DEEPEST = 500  # elements in each other; what is nested deeper was not written by people


def text_of_html(html: str) -> str:
    """The words of a page; pictures, styles and scripts say nothing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Gathers lines; `depth` is how deep the place is in quotations."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = []
        self.line = ""
        self.open: list[str] = []
        self.silent = self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS or tag in ("br", "blockquote"):
            self._end_line(forced=tag == "br")
        if tag in VOID or len(self.open) >= DEEPEST:
            return
        self.open.append(tag)
        self.silent += tag in SILENT
        self.depth += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        if tag in BLOCKS or tag == "blockquote":
            self._end_line()
        while self.open:
            closed = self.open.pop()
            self.silent -= closed in SILENT
            self.depth -= closed == "blockquote"
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.line += re.sub(r"[\s\u00a0]+", " ", data)

    def text(self) -> str:
        self._end_line()
        return "\n".join(
            f"{'>' * depth} {line}".strip() if depth else line for depth, line in self.lines
        ).strip()

    def _end_line(self, *, forced: bool = False) -> None:
        line, self.line = self.line.strip(), ""
        if line or (forced and self.lines):
            self.lines.append((self.depth, line))
