"""What somebody wrote anew in a reply: without what they quote, and without their signature."""

import re
from collections.abc import Sequence

# How mail programs lead in what is quoted; some break the line in two or three.
INTROS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"on .{6,200} wrote:",
        r"am .{6,200} schrieb .{1,200}:",
        r"le .{6,200} a écrit\s?:",
        r".{6,250} (на)?писала?(\(а\))?:",  # Apple, Thunderbird
        r".{6,250} пишет:",
        # Gmail, Yandex and mail.ru in Russian: a day, an hour and an address, without a word
        r"(.{2,20}, )?\d{1,2}[. ]\S{2,10}[. ]\s?\d{4}.{0,40}\d{1,2}:\d{2}.{0,120}<\S+@\S+>\s?:",
        r"\S+, \d{1,2} \S+ \d{4}, \d{1,2}:\d{2} [+-]\d\d:\d\d от .{1,200}:",
    )
]
RULE = re.compile(
    r"[-_ ]{2,}\s*(original message|исходное сообщение|пересылаемое сообщение|forwarded message"
    r"|пересланное сообщение|ursprüngliche nachricht)\s*[-_ ]{2,}|begin forwarded message:|_{20,}",
    re.IGNORECASE,
)
# Outlook quotes without a mark: a block of headers, then the letter.
FIRST_HEADER = re.compile(r"\*?(from|от|von|от кого)\*?:\s?.+", re.IGNORECASE)
NEXT_HEADER = re.compile(
    r"\*?(sent|date|to|subject|отправлено|дата|кому|тема|gesendet|an|betreff|datum)\*?:\s?.*", re.IGNORECASE
)
SIGNATURE = re.compile(r"--\s?|—\s?|–\s?")
DEVICE = re.compile(
    r"(sent from|отправлено (с|из)|von meinem .* gesendet|gesendet von|get outlook for)\b.{0,80}",
    re.IGNORECASE,
)
MOST_SIGNED = 12  # lines of a signature: what is longer is no signature
MOST_LINES = 2000  # that are looked at
DATED = re.compile(r"(on |am |le |\w{2,11}, )?.{0,12}\d{1,2}[. /].{2,40}\d{1,2}:\d{2}", re.IGNORECASE)
SURE = re.compile(
    r"@|\d{1,2}:\d{2}|\d{4}"
)  # of an intro that needs no marks after it: people do not write so


def trimmed(text: str) -> str:
    """The new part of a reply; answers between quoted lines keep these, and nothing leaves a letter empty."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = _without_signature(lines[: _end_of_own(lines)])
    return _joined(kept) or _joined(lines)


def _end_of_own(lines: Sequence[str]) -> int:
    """Before which line the quoted rest begins."""
    for number, line in enumerate(lines[:MOST_LINES]):
        if RULE.fullmatch(line.strip()) or _is_header_block(lines[number : number + 6]):
            return number
        intro = _intro(lines[number : number + 3])
        rest = lines[number + len(intro) : MOST_LINES]
        if intro and _is_quoted(rest, needs_marks=not SURE.search(" ".join(intro))):
            return number - bool(number and DATED.match(lines[number - 1]))
        if line.startswith(">") and _is_quoted(rest):
            return number
    return len(lines)


def _intro(lines: Sequence[str]) -> Sequence[str]:
    """The lines that lead in a quotation, if the first of these does; the fewest that do."""
    if not lines[0].strip() or lines[0].startswith(">") or (len(lines) > 1 and _intro(lines[1:])):
        return []
    whole = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    for length in range(1, whole + 1):
        joined = " ".join(line.strip() for line in lines[:length])
        if any(intro.fullmatch(joined) for intro in INTROS):
            return lines[:length]
    return []


def _is_quoted(lines: Sequence[str], *, needs_marks: bool = False) -> bool:
    """Whether nothing but quoted lines comes, and perhaps a signature; or quoted without any mark."""
    said = [line for line in lines if line.strip()]
    if not said:
        return not needs_marks
    marked = [line.startswith(">") for line in said]
    if not any(marked):
        return not needs_marks
    last = len(marked) - marked[::-1].index(True)
    return all(marked[:last]) and not _without_signature(said[last:])


def _is_header_block(lines: Sequence[str]) -> bool:
    found = [line.strip() for line in lines if line.strip()]
    return (
        len(found) >= 3
        and bool(FIRST_HEADER.fullmatch(found[0]))
        and all(NEXT_HEADER.fullmatch(line) for line in found[1:3])
    )


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    kept = list(lines)
    while kept and (not kept[-1].strip() or DEVICE.fullmatch(kept[-1].strip())):
        kept.pop()
    for number in range(max(0, len(kept) - MOST_SIGNED), len(kept)):
        if SIGNATURE.fullmatch(kept[number]):
            return kept[:number]
    return kept


def _joined(lines: Sequence[str]) -> str:
    """Without empty lines around it, and never two of them in a row."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
