"""A small family written in a few words, for tests that are about one thing."""

from typing import Any

from catalog.model import Family


def said(text: str) -> dict[str, str]:
    return {"ru": f"{text} по-русски", "en": text}


def a_family(*groups: str, rules: Any = (), resources: Any = (), **more: Any) -> Family:
    """A family of groups such as `"top: oak 100, glass 250"`, `"lamp?: clip 40"` (may be left out) or
    `"extras 0-2: mat 10 mass=3, tray 20 lead_days=5"`; rules and resources as texts; the rest as in a document."""
    document = {
        "code": "desk",
        "title": said("desk"),
        "currency": "EUR",
        "tax_percent": "19",
        "steps": [{"code": "all", "title": said("all")}],
        "groups": [_group(text) for text in groups],
        "rules": [_rule(text, place, "rule") for place, text in enumerate(rules, 1)],
        "resources": [
            _rule(text, place, "resource") | {"title": said(f"resource {place}")}
            for place, text in enumerate(resources, 1)
        ],
    }
    return Family.model_validate(document | more)


def _rule(text: str, place: int, kind: str) -> dict[str, Any]:
    return {"code": f"{kind}-{place}", "rule": text, "reason": said(text)}


def _group(text: str) -> dict[str, Any]:
    head, _, listed = text.partition(":")
    code, _, limits = head.partition(" ")
    low, high = limits.split("-") if limits else ("0" if code.endswith("?") else "1", "1")
    code = code.rstrip("?")
    return {
        "code": code,
        "title": said(code),
        "step": "all",
        "min": int(low),
        "max": int(high),
        "options": [_option(words.split()) for words in listed.split(",")],
    }


def _option(words: list[str]) -> dict[str, Any]:
    code, price, *attributes = words
    return {
        "code": code,
        "title": said(code),
        "price": int(price),
        "attributes": {name: int(amount) for name, amount in (word.split("=") for word in attributes)},
    }


def a_price(code: str, when: str, **what: Any) -> dict[str, Any]:
    return {"code": code, "title": said(code), "when": when} | what


def a_bundle(code: str, price: int, *options: str) -> dict[str, Any]:
    return {"code": code, "title": said(code), "price": price, "options": options}
