"""Forms as Stripe reads them: nested by brackets, every name known, every value of its type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.stripe_stand_in.trouble import Trouble


@dataclass(frozen=True)
class Text:
    """A string, one of few where `among` says so."""

    among: tuple[str, ...] = ()
    longest: int = 5000


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int = 0


@dataclass(frozen=True)
class Each:
    """A list, its places numbered from 0."""

    of: Any


@dataclass(frozen=True)
class Parts:
    """A form within a form."""

    known: Mapping[str, Any]
    needed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pairs:
    """Metadata: any names, short ones."""

    most: int = field(default=50)


def read(body: bytes, form: Parts) -> dict[str, Any]:
    """The values of a request, or Trouble in Stripe's words."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        path = re.findall(r"[^\[\]]+", name)
        if f"{path[0]}{''.join(f'[{part}]' for part in path[1:])}" != name:
            raise Trouble(400, f"Invalid parameter name: {name}", param=name)
        place = tree
        for part in path[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise Trouble(400, f"Invalid object: {name}", param=name)
        if path[-1] in place:
            raise Trouble(400, f"Duplicate parameter: {name}", param=name)
        place[path[-1]] = value
    return _parts(tree, form, "")


def _parts(tree: Any, form: Parts, path: str) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise Trouble(400, "Invalid object", param=path)
    for name in tree:
        if name not in form.known:
            where = _within(path, name)
            raise Trouble(400, f"Received unknown parameter: {where}", code="parameter_unknown", param=where)
    for name in form.needed:
        if tree.get(name) in (None, ""):
            where = _within(path, name)
            raise Trouble(400, f"Missing required param: {where}.", code="parameter_missing", param=where)
    return {name: _value(value, form.known[name], _within(path, name)) for name, value in tree.items()}


def _value(given: Any, kind: Any, path: str) -> Any:
    if isinstance(kind, Parts):
        return _parts(given, kind, path)
    if isinstance(kind, Each):
        if not isinstance(given, dict) or list(given) != [str(place) for place in range(len(given))]:
            raise Trouble(400, "Invalid array", param=path)
        return [_value(one, kind.of, f"{path}[{place}]") for place, one in given.items()]
    if isinstance(kind, Pairs):
        if not isinstance(given, dict) or len(given) > kind.most:
            raise Trouble(400, "Metadata can have up to 50 keys", param=path)
        for name, value in given.items():
            if len(name) > 40 or not isinstance(value, str) or len(value) > 500:
                raise Trouble(400, f"Metadata is too long: {name}", param=f"{path}[{name}]")
        return dict(given)
    if not isinstance(given, str):
        raise Trouble(400, "Invalid string", param=path)
    if isinstance(kind, Whole):
        if not re.fullmatch(r"-?[0-9]{1,12}", given):
            raise Trouble(400, f"Invalid integer: {given}", code="parameter_invalid_integer", param=path)
        if int(given) < kind.least:
            raise Trouble(400, "Invalid integer: too small", code="parameter_invalid_integer", param=path)
        return int(given)
    if kind.among and given not in kind.among:
        raise Trouble(400, f"Invalid {path}: must be one of {', '.join(kind.among)}", param=path)
    if len(given) > kind.longest:
        raise Trouble(400, f"Invalid string: must be at most {kind.longest} characters", param=path)
    return given


def _within(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


CREATE_SESSION = Parts(
    {
        "mode": Text(("payment",)),
        "client_reference_id": Text(longest=200),
        "metadata": Pairs(),
        "payment_intent_data": Parts({"metadata": Pairs(), "description": Text(longest=1000)}),
        "line_items": Each(
            Parts(
                {
                    "quantity": Whole(1),
                    "price_data": Parts(
                        {
                            "currency": Text(("eur", "usd", "gbp", "chf", "rub")),
                            "unit_amount": Whole(0),
                            "product_data": Parts({"name": Text()}, ("name",)),
                        },
                        ("currency", "unit_amount", "product_data"),
                    ),
                },
                ("quantity", "price_data"),
            )
        ),
        "customer_email": Text(longest=512),
        "locale": Text(("auto", "de", "en", "ru")),
        "success_url": Text(),
        "cancel_url": Text(),
        "expires_at": Whole(1),
        "expand": Each(Text()),
    },
    ("mode", "line_items", "success_url"),
)
EXPIRE_SESSION = Parts({"expand": Each(Text())})
CREATE_REFUND = Parts(
    {
        "payment_intent": Text(),
        "amount": Whole(1),
        "metadata": Pairs(),
        "reason": Text(("duplicate", "fraudulent", "requested_by_customer")),
        "expand": Each(Text()),
    },
    ("payment_intent",),
)
LIST_REFUNDS = Parts(
    {"payment_intent": Text(), "limit": Whole(1), "starting_after": Text(), "expand": Each(Text())}
)
READ = Parts({"expand": Each(Text())})
