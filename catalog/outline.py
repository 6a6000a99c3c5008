"""A document as a tree of places, where what has a code is found by it, however often it moves."""

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, JsonValue

from catalog.model import Family, Texts, Value

ORDER = "#order"  # the place of a list's order; no code looks like this

Place = tuple[str, ...]  # ("groups", "frame", "options", "carbon", "title", "en")
Branch = dict[str, "Node"]
Node = Branch | JsonValue


class Listed(dict[str, "Node"]):
    """Things with a code, in an order that matters."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listed) and list(self.items()) == list(other.items())

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


def outline(family: Family) -> Branch:
    """The tree of a document; `family_of` makes the same document of it."""
    tree = _node(family, family.model_dump(mode="json"))
    assert isinstance(tree, dict)
    return tree


def family_of(tree: Branch) -> Family:
    """The document of a tree. Raises pydantic's ValidationError where it is none."""
    return Family.model_validate(_plain(tree))


def at(tree: Branch, place: Place) -> Node:
    """What stands at a place. Raises KeyError where nothing does."""
    found: Any = tree
    for key in place:
        if not isinstance(found, dict):
            raise KeyError(place)
        found = found[key]
    return found


def _node(value: Any, plain: Any) -> Node:
    if isinstance(value, Texts):
        return dict(plain)
    if isinstance(value, BaseModel):
        coded = _coded(type(value))
        return {
            name: (_listed if name in coded else _node)(getattr(value, name), plain[name])
            for name in type(value).model_fields
        }
    if isinstance(value, dict):
        return {str(key): _node(each, plain[key]) for key, each in value.items()}
    return plain


def _listed(values: tuple[Any, ...], plain: list[Any]) -> Listed:
    found = Listed()
    for value, each in zip(values, plain, strict=True):
        key, times = value.code, 1
        while key in found:  # a fault, which the proof tells; here nothing of it may get lost
            times += 1
            key = f"{value.code}#{times}"
        found[key] = _node(value, each)
    return found


@cache
def _coded(kind: type[BaseModel]) -> frozenset[str]:
    """The fields that are lists of things with a code."""
    names = set()
    for name, said in kind.model_fields.items():
        first = next(iter(get_args(said.annotation)), None)
        if isinstance(first, type) and issubclass(first, Value) and "code" in first.model_fields:
            names.add(name)
    return frozenset(names)


def _plain(node: Node) -> Any:
    if isinstance(node, Listed):
        return [_plain(each) for each in node.values()]
    if isinstance(node, dict):
        return {key: _plain(each) for key, each in node.items()}
    return node
