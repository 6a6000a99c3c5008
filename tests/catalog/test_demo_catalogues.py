"""The demo catalogues are whole: sizes, languages, pictures, and every option within reach."""

from functools import cache
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest

from catalog import picture
from catalog.choices import Choices
from catalog.engine import Engine
from catalog.formula import Formula
from catalog.loader import load
from catalog.model import Family, Texts, Value
from catalog.validity import Validity

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"
CODES = sorted(folder.name for folder in DATA.iterdir() if (folder / "family.toml").exists())
LANGUAGES = {"ru", "en"}

each_family = pytest.mark.parametrize("code", CODES)


@cache
def family_of(code: str) -> Family:
    return load(DATA / code)


@cache
def engine_of(code: str) -> Engine:
    return Engine(family_of(code))


def texts_in(value, path: str = "") -> list[tuple[str, Texts]]:
    """Every text of a document, with where it stands."""
    if isinstance(value, Texts):
        return [(path, value)]
    if isinstance(value, Value):
        return texts_in({name: getattr(value, name) for name in type(value).model_fields}, path)
    if isinstance(value, dict):
        return list(chain.from_iterable(texts_in(item, f"{path}.{name}") for name, item in value.items()))
    if isinstance(value, tuple):
        return list(chain.from_iterable(texts_in(item, f"{path}.{at}") for at, item in enumerate(value)))
    return []


def test_there_are_two_families():
    assert {"bicycle", "workstation"} <= set(CODES)


def test_the_bicycle_is_as_large_as_it_should_be():
    family = family_of("bicycle")
    assert family.groups[0].code == "model"
    assert len(family.groups[0].options) >= 4
    assert len(family.groups) >= 16
    assert len(family.option_by_key) >= 120
    assert len(family.rules) + len(family.resources) >= 60
    words = " ".join(rule.rule for rule in family.rules)
    for word in ("requires", "excludes", "if ", "at most", "at least", "exactly", "not ", " and ", " or "):
        assert word in words, f"no rule says {word}"
    assert family.resources
    assert family.bundles
    assert any(rule.percent for rule in family.price_rules)
    assert any(rule.amount for rule in family.price_rules)
    assert any(option.lead_days for option in family.option_by_key.values())


def test_numbers_decide_in_the_workstation():
    family = family_of("workstation")
    assert family.groups[0].code == "model"
    assert len(family.resources) >= 4
    texts = [resource.rule for resource in family.resources]
    assert any("1.3 *" in text for text in texts)


@each_family
def test_groups_of_every_kind_are_there(code):
    kinds = {(group.is_choose_one, group.is_optional) for group in family_of(code).groups}
    assert {(True, False), (True, True), (False, True)} <= kinds


@each_family
def test_every_option_can_be_had(code):
    family = family_of(code)
    reachable = Validity(Formula(family)).available(Choices())
    assert [str(key) for key in family.option_by_key if key not in reachable] == []


@each_family
def test_an_untouched_configuration_is_complete_and_every_difference_is_known(code):
    configuration = engine_of(code).configure(Choices())
    assert configuration.complete
    assert [str(key) for key, card in configuration.cards.items() if card.delta is None] == []


@each_family
def test_every_ready_made_build_is_valid_and_has_a_price(code):
    engine = engine_of(code)
    assert engine.family.ready_made
    for build in engine.family.ready_made:
        choices = Choices.of_names(build.choices)
        assert engine.fits(choices), build.code
        configuration = engine.complete(choices)
        assert configuration.total > 0
        assert {key for key in choices if key.option != "none"} <= set(configuration.picked)


@each_family
def test_every_text_is_there_in_russian_and_english(code):
    family = family_of(code)
    found = texts_in(family)
    missing = [
        path
        for path, texts in found
        if set(texts.root) != LANGUAGES and (texts.root or not path.endswith(("description", "reason")))
    ]
    assert missing == []
    for option in family.option_by_key.values():
        assert set(option.description.root) == LANGUAGES, option.code
    for rule in (*family.rules, *family.resources):
        assert set(rule.reason.root) == LANGUAGES, rule.code


@each_family
def test_russian_is_written_in_russian_and_sentences_end(code):
    family = family_of(code)
    reasons = [rule.reason for rule in (*family.rules, *family.resources)]
    for texts in [*reasons, *(option.description for option in family.option_by_key.values())]:
        for language, sentence in texts.root.items():
            assert sentence.strip() == sentence
            assert sentence[-1] in ".!?…»”", sentence
            cyrillic = any("а" <= letter <= "я" for letter in sentence.lower())
            assert cyrillic == (language == "ru"), sentence


@each_family
def test_no_option_is_called_as_another_of_its_group(code):
    for group in family_of(code).groups:
        for language in sorted(LANGUAGES):
            titles = [option.title.in_(language) for option in group.options]
            assert len(set(titles)) == len(titles), group.code


@each_family
def test_every_option_has_a_small_picture_or_a_swatch(code):
    family = family_of(code)
    bare = [
        str(key)
        for key, option in family.option_by_key.items()
        if not option.swatch and not picture.card(family, key)
    ]
    assert bare == []


@each_family
def test_every_drawing_is_plain_safe_svg_and_is_used(code):
    family = family_of(code)
    used = {layer.file for option in family.option_by_key.values() for layer in option.layers}
    used |= {option.picture for option in family.option_by_key.values() if option.picture}
    assert used == set(family.picture.files)
    ids: dict[str, str] = {}
    layers = {layer.file for option in family.option_by_key.values() for layer in option.layers}
    for name, text in family.picture.files.items():
        root = ElementTree.fromstring(picture.PAINT.sub("#000000", text))
        assert root.tag == "{http://www.w3.org/2000/svg}svg", name
        if name in layers:
            assert root.get("viewBox") == f"0 0 {family.picture.width} {family.picture.height}", name
        for element in root.iter():
            tag = element.tag.rpartition("}")[2]
            assert tag not in {"script", "style", "text", "foreignObject", "image", "a", "animate"}, name
            for attribute, value in element.attrib.items():
                assert not attribute.lower().startswith("on"), name
                assert attribute.rpartition("}")[2] != "href" or value.startswith("#"), name
                assert "url(" not in value.replace("url(#", ""), name
            if identity := element.get("id"):
                assert ids.setdefault(identity, name) == name, f"{identity} is in two drawings"


@each_family
def test_every_paint_is_set_somewhere(code):
    family = family_of(code)
    paints = set(family.picture.paints)
    for option in family.option_by_key.values():
        paints |= set(option.paints)
    asked = {paint for text in family.picture.files.values() for paint in picture.PAINT.findall(text)}
    assert asked <= paints


@each_family
def test_the_live_picture_can_be_drawn_for_every_ready_made_build(code):
    engine = engine_of(code)
    pictures = set()
    for build in engine.family.ready_made:
        svg = picture.compose(engine.family, engine.complete(Choices.of_names(build.choices)).picked)
        ElementTree.fromstring(svg)
        assert "{{" not in svg
        pictures.add(svg)
    assert len(pictures) == len(engine.family.ready_made)


@each_family
def test_the_live_picture_changes_with_every_visible_choice(code):
    """Each option that has something to draw looks otherwise than its group without it, or with another."""
    engine = engine_of(code)
    family = engine.family
    unseen = []
    for group in family.groups:
        for key, option in zip(group.keys, group.options, strict=True):
            if not option.layers and not option.paints:
                continue
            rest = [other for other in engine.complete(Choices((key,))).picked if other != key]
            others = [rest, *([*rest, other] for other in group.keys if other != key)]
            mine = picture.compose(family, [*rest, key])
            if all(picture.compose(family, other) == mine for other in others):
                unseen.append(str(key))
    assert unseen == []
