"""The differences of two documents: each place once, and nothing else."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from catalog.edits import Edit, EditKind, edits, moved_keys
from catalog.outline import Branch, Listed, at, family_of, outline
from tests.catalog.families import families
from tests.catalog.test_merging import after, edited_twice


@given(edited_twice())
def test_the_differences_lead_from_one_document_to_the_other(said) -> None:
    was, first, second = said
    now = after(after(was, first), second)
    tree = outline(was)
    for edit in edits(was, now):
        _apply(tree, edit)
    assert family_of(tree) == now
    assert edits(now, now) == ()


def _apply(tree: Branch, edit: Edit) -> None:
    if edit.kind is EditKind.MOVED:
        return  # none of these edits moves anything
    holder = at(tree, edit.place[:-1])
    assert isinstance(holder, dict)
    assert holder.get(edit.place[-1], "absent") == edit.was
    if edit.now == "absent":
        del holder[edit.place[-1]]
    else:
        holder[edit.place[-1]] = edit.now


@given(families())
def test_a_new_order_is_one_difference(family) -> None:
    groups = tuple(reversed(family.groups))
    [edit] = edits(family, family.revised(groups=groups))
    assert (edit.kind, edit.place) == (EditKind.MOVED, ("groups",))
    assert edit.now == [group.code for group in groups]


@given(st.permutations("abcdef"))
def test_no_fewer_moves_would_explain_an_order(now: list[str]) -> None:
    was = [*"abcdef"]
    moved = moved_keys(was, now)
    assert [key for key in now if key not in moved] == [key for key in was if key not in moved]
    for fewer in range(len(moved)):
        for left_out in combinations(was, fewer):
            assert [key for key in now if key not in left_out] != [key for key in was if key not in left_out]


def test_what_is_new_or_gone_has_not_moved() -> None:
    assert moved_keys([*"abc"], [*"xacb"]) in (["c"], ["b"])
    assert moved_keys([*"abc"], [*"cx"]) == []
    assert Listed(a=1) != Listed(b=1)
