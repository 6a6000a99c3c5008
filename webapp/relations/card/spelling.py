"""Spelling: words as a search compares them, whichever script they are in, and the slips that it forgives."""

import re
import unicodedata
from collections.abc import Iterator

CYRILLIC = {
    **dict(zip("абвгдезийклмнопрстуфхцыэё", "abvgdeziiklmnoprstufhciee", strict=True)),
    **{"ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ъ": "", "ь": ""},
    **{"і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u", "ј": "i", "љ": "l", "њ": "n", "ћ": "ch", "ђ": "d"},
}
LATIN = {"ß": "ss", "ø": "o", "æ": "a", "œ": "o", "đ": "d", "ł": "l", "ı": "i"}
# Several ways to write one sound become one way: those of passports, of German and of English. In this order.
SOUNDS = (
    ("tsch", "ch"),
    ("shch", "sh"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("kh", "h"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ts", "c"),
    ("tz", "c"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
    ("yo", "e"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("j", "i"),
    ("y", "i"),
    ("iu", "u"),
)
LETTERS = re.compile(r"[^\W_]+")
TWICE = re.compile(r"(.)\1+")
LONGEST = 30  # of a word; what comes after it tells nobody apart
FORGIVING = 4  # letters that a word has at least for a slip to be forgiven in it


def words(text: str) -> list[str]:
    """The words of a text, each once, in the order in which they stand."""
    found = (folded(word) for word in LETTERS.findall(text))
    return list(dict.fromkeys(word for word in found if word))


def folded(word: str) -> str:
    """A word in small Latin letters, the same for "Щербаков", "Shcherbakov" and "Scherbakow"."""
    composed = unicodedata.normalize("NFC", word)
    small = "".join(CYRILLIC.get(letter, LATIN.get(letter, letter)) for letter in composed.lower())
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", small) if not unicodedata.combining(sign))
    for written, sound in SOUNDS:
        plain = plain.replace(written, sound)
    if not plain.isdigit():
        plain = TWICE.sub(r"\1", plain)
    return plain[:LONGEST]


def slips(word: str) -> Iterator[str]:
    """The word with one letter left out, for each of its letters.

    Two words share one of these, or one is among the other's, if they differ by a letter left out, put in, mistaken
    for another or changed places with its neighbour.
    """
    if len(word) >= FORGIVING:
        yield from dict.fromkeys(word[:place] + word[place + 1 :] for place in range(len(word)))


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)
