"""What rules of segments may say, and what is said of those that cannot be read."""

import pytest

from catalog.grammar import Vocabulary
from catalog.rule_fault import RuleFault, Trouble
from webapp.relations.segments import segment_rule
from webapp.relations.segments.condition import All, Atom, Not, Shape, Some, atoms_in
from webapp.relations.segments.fact import Lexicon

BICYCLE = Vocabulary({"motor": ["mid", "hub"], "frame": ["steel", "carbon"]}, ["weight_g"])
WORDS = Lexicon({"bicycle": BICYCLE}, "EUR", ("ru", "en"), {"use": ("commute", "tour")})


def read(text: str) -> object:
    return segment_rule.read(text, WORDS)


def fault(text: str) -> RuleFault:
    with pytest.raises(RuleFault) as caught:
        read(text)
    return caught.value


def test_every_example_of_a_fact_can_be_read() -> None:
    families = {"bicycle": Vocabulary({"motor": ["mid"], "rack": ["rear"]}, [])}
    words = Lexicon(families, "EUR", ("ru", "en"), {"use": ("commute",)})
    for fact in segment_rule.FACTS:
        said = segment_rule.read(fact.example, words)
        assert [(each.fact, each.shape) for each in atoms_in(said)] == [(fact.code, fact.shape)]


def test_connectives_bind_as_in_the_rules_of_the_catalogue() -> None:
    said = read("orders >= 2 or builds >= 1 and not consent.email")
    assert isinstance(said, Some)
    assert isinstance(said.parts[1], All)
    assert isinstance(said.parts[1].parts[1], Not)


def test_an_if_is_broken_only_where_its_first_part_holds_without_the_second() -> None:
    said = read("if orders >= 2 then consent.email")
    assert isinstance(said, Some)
    assert isinstance(said.parts[0], Not)


def test_options_of_a_family_are_said_in_the_language_of_its_catalogue() -> None:
    said = read("build of bicycle with (motor.* and not frame.steel)")
    assert isinstance(said, Atom)
    assert said.parts == BICYCLE.expression("motor.* and not frame.steel")
    bare = read("order of bicycle with frame.steel and orders > 1")
    assert isinstance(bare, All)  # without parentheses an option stands alone
    assert read("order of bicycle") == Atom("order", Shape.PARTS, family="bicycle")


def test_words_are_kept_as_the_shop_has_them() -> None:
    said = read("language is RU")
    assert isinstance(said, Atom)
    assert said.value == "ru"
    assert read("country is not de") == Not(Atom("country", Shape.NAME, value="DE"))


def test_an_atom_knows_how_it_was_written() -> None:
    said = read("orders  >=\n 2 and not country is DE")
    assert [each.text for each in atoms_in(said)] == ["orders >= 2", "country is DE"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "trouble", "column", "near"),
    [
        ("ordres >= 2", Trouble.NO_FACT, 1, "orders"),
        ("wished(belt drive)", Trouble.NO_FACT, 1, ""),
        ("mood is gold", Trouble.NO_FACT, 1, ""),
        ("orders >= 1 and build of bycicle", Trouble.NO_FAMILY, 26, "bicycle"),
        ("build of bicycle with motr.mid", Trouble.NO_GROUP, 23, "motor"),
        ("build of bicycle with motor.midd", Trouble.NO_OPTION, 29, "mid"),
        ("consent.emial", Trouble.NO_VALUE, 9, "email"),
        ("language is xx", Trouble.NO_VALUE, 13, ""),
        ("orders", Trouble.SHAPE, 1, ""),
        ("orders > 2 days ago", Trouble.SHAPE, 1, ""),
        ("orders > 2.5", Trouble.SHAPE, 1, ""),
        ("paid > 2.555", Trouble.SHAPE, 1, ""),
        ("last_order > 180", Trouble.SHAPE, 1, ""),
        ("last_order = 180 days ago", Trouble.SHAPE, 1, ""),
        ("consent is email", Trouble.SHAPE, 1, ""),
        ("orders > 99999999", Trouble.FAR, 1, ""),
        ("since > 5000 years ago", Trouble.FAR, 1, ""),
        ("orders >=", Trouble.ENDS, 10, ""),
        ("orders >= 2 consent.email", Trouble.UNREADABLE, 13, ""),
        ("", Trouble.ENDS, 1, ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_what_was_meant(
    text: str, trouble: Trouble, column: int, near: str
) -> None:
    found = fault(text)
    assert (found.trouble, found.column, found.near) == (trouble, column, near)
    assert found.message


def test_a_fact_said_wrongly_is_shown_as_it_has_to_be_said() -> None:
    assert fault("last_order > 180").expected == ("last_order > 180 days ago",)


def test_a_rule_has_its_bounds() -> None:
    facts = " or ".join(f"orders = {number}" for number in range(31))
    assert fault(facts).trouble is Trouble.MANY
    assert fault(f"{'(' * 200}orders = 1{')' * 200}").trouble is Trouble.DEEP
    assert fault("orders = 1 or " * 200 + "orders = 1").trouble is Trouble.MANY
