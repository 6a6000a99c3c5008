"""A family is read from its folder with all its faults at once, and written back to the identical document."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.cases import trials
from catalog.exporter import export, texts_of
from catalog.expression import OptionKey
from catalog.loader import Faults, load
from catalog.model import Family
from tests.catalog.families import families

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"

FILES = {
    "family.toml": """code = "desk"
currency = "EUR"
tax_percent = "19"
groups = ["top", "base"]
title.ru = "Столы"
title.en = "Desks"
lead.base_days = 10

[attributes.weight_g]
title.ru = "Масса"
title.en = "Weight"
unit = "g"

[[steps]]
code = "all"
title.ru = "Всё"
title.en = "All"

[[ready_made]]
code = "light"
title.ru = "Лёгкий"
title.en = "Light"
choices = ["top.oak", "base.none"]

[picture]
width = 40
height = 30
""",
    "groups/top.toml": """code = "top"
step = "all"
title.ru = "Столешница"
title.en = "Top"

[[options]]
code = "oak"
title.ru = "Дуб"
title.en = "Oak"
price = "129.00"
attributes = { weight_g = 900 }
layers = [{ file = "top.svg", z = 1, when = "base.frame" }]

[[options]]
code = "glass"
title.ru = "Стекло"
title.en = "Glass"
price = "-4.50"
""",
    "groups/base.toml": """code = "base"
step = "all"
min = 0
title.ru = "Опора"
title.en = "Base"

[[options]]
code = "frame"
title.ru = "Рама"
title.en = "Frame"
""",
    "rules.toml": """[[rules]]
code = "glass-needs-frame"
rule = "top.glass requires base.frame"
reason.ru = "Стекло слишком тяжело для козел."
reason.en = "A glass top is too heavy for the trestles."

[[resources]]
code = "load"
title.ru = "Вес"
title.en = "Weight"
unit = "g"
rule = \"\"\"
sum(weight_g)
  <= 15000\"\"\"
reason.ru = "Слишком тяжело."
reason.en = "Too heavy."

[[price_rules]]
code = "winter"
title.ru = "Зима"
title.en = "Winter"
when = "base.frame"
percent = "-10"
of = ["top.*"]

[[bundles]]
code = "set"
title.ru = "Набор"
title.en = "Set"
options = ["top.oak", "base.frame"]
price = "100.00"
""",
    "pictures/top.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><path id="top"/></svg>',
}


def folder_with(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The desk's folder after changes: in a file, this text for that."""
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(Faults) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_is_read_with_money_in_minor_units(tmp_path):
    family = load(folder_with(tmp_path))
    assert [option.price for option in family.groups[0].options] == [12900, -450]
    assert family.bundles[0].price == 10000
    assert family.groups[1].is_optional
    assert family.picture.files["top.svg"].startswith("<svg")


def test_all_faults_are_told_at_once_each_with_its_place(tmp_path):
    folder = folder_with(
        tmp_path,
        ("family.toml", '"top.oak", "base.none"', '"top.oka", "top.none"'),
        ("groups/base.toml", 'step = "all"', 'step = "al"'),
        ("groups/base.toml", 'title.en = "Frame"\n', ""),
        ("rules.toml", "requires base.frame", "requires bsae.frame"),
        ("rules.toml", "sum(weight_g)\n  <= 15000", "sum(weight_g)\n  =< 15000"),
        ("rules.toml", 'of = ["top.*"]', 'of = ["tpo.*"]'),
        ("rules.toml", '"top.oak", "base.frame"', '"top.oak", "base.*"'),
    )
    assert faults_of(folder) == [
        'family.toml:23:11: group "top" has no option "none"',
        'family.toml:23:11: group "top" has no option "oka" (did you mean "oak"?)',
        'groups/base.toml:2:8: there is no step "al" (did you mean "all"?)',
        "groups/base.toml:9:12: the title is missing in: en",
        'rules.toml:3:28: there is no option group "bsae" (did you mean "base"?)',
        'rules.toml:14:4: cannot read "<"; expected + or -, a code, a number, sum',
        'rules.toml:24:6: there is no option group "tpo" (did you mean "top"?)',
        'rules.toml:30:11: group "base" has no option "*"',
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("top", '"129.00"', "129.00", '10:9: money is written as decimal text such as "129.00"'),
        ("top", '"129.00"', '"129,00"', '10:9: "129,00" is not an amount'),
        ("top", '"-4.50"', '"-4.505"', '18:9: "-4.505" is finer than the smallest coin of EUR'),
        ("rules", '"100.00"', "100", "31:9: money is written as decimal text"),
        ("rules", 'percent = "-10"', 'amount = "x"', '23:10: "x" is not an amount'),
        ("rules", 'percent = "-10"\n', "", "18:1: a price rule has either an amount or a percent"),
        ("rules", 'of = ["top.*"]\n', "", "23:11: a percent needs `of`"),
        ("rules", '"glass-needs-frame"', '"load"', '8:8: the code "load" is there twice'),
        ("rules", "[[bundles]]", "[[bundels]]", '26:1: unknown table "bundels" (did you mean "bundles"?)'),
        ("top", 'code = "glass"', 'code = "oak"', '15:8: option "oak" is there twice'),
        ("top", 'code = "glass"', 'code = "none"', '15:8: "none" is a reserved word'),
        ("top", 'code = "glass"', 'code = "weight_g"', "15:8: \"weight_g\" is also an attribute's"),
        ("top", 'code = "glass"', 'code = "Glass"', '15:8: "code": String should match'),
        ("top", 'code = "glass"\n', "", '14:1: "code" is missing'),
        ("top", 'step = "all"\n', 'step = "all"\nmax = 3\n', "3:7: takes 1 to 3 of 2 options"),
        ("top", 'step = "all"', 'step = "all"\ncolour = "red"', '3:10: unknown key "colour"'),
        ("top", 'file = "top.svg"', 'file = "tip.svg"', '12:10: there is no picture "tip.svg" (did you'),
        ("top", 'when = "base.frame"', 'when = "base.fraem"', "12:"),
        ("top", "weight_g = 900", "weight_g = 9.5", "11:14:"),
        ("family", '["top", "base"]', '["top", "base", "lamp"]', "groups/lamp.toml:1:1: there is no such file"),
        ("family", '["top", "base"]', '["top"]', "groups/base.toml:1:1: not listed under `groups` in family.toml"),
        ("family", 'currency = "EUR"', 'currency = "euro"', "2:12:"),
        ("family", 'tax_percent = "19"', 'tax_percent = "120"', "3:15:"),
        ("family", '[[steps]]\ncode = "all"', '[[steps]]\ncode = "al', "15:"),
        ("family", 'title.ru = "Столы"', "title.ru = 5", "5:12:"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_column(tmp_path, name, old, new, said):
    file = {"top": "groups/top.toml"}.get(name, f"{name}.toml")
    faults = faults_of(folder_with(tmp_path, (file, old, new)))
    start = said if said.startswith("groups/") else f"{file}:{said}"
    assert any(fault.startswith(start) for fault in faults), faults


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("family.toml", 'groups = ["top", "base"]', 'groups = "top"'),
        ("family.toml", 'groups = ["top", "base"]', 'groups = ["top", "base", 5]'),
        ("family.toml", 'groups = ["top", "base"]', 'groups = ["top", "base", "../../secret"]'),
        ("family.toml", "[picture]\nwidth = 40\nheight = 30", 'picture = "bicycle.png"'),
        ("family.toml", "[[steps]]", "[steps]"),
        ("groups/top.toml", 'code = "top"', 'code = "base"'),
        ("groups/top.toml", 'code = "top"', "code = 7"),
        ("groups/base.toml", "[[options]]", "[options]"),
        ("groups/base.toml", "[[options]]", "[[optoins]]"),
        ("rules.toml", "[[rules]]", "[rules]"),
        ("rules.toml", 'rule = "top.glass requires base.frame"', "rule = 5"),
        ("rules.toml", 'options = ["top.oak", "base.frame"]', 'options = ["top", 5]'),
        ("rules.toml", 'percent = "-10"', 'percent = "NaN"'),
        ("rules.toml", 'percent = "-10"', 'percent = "lots"'),
    ],
)
def test_whatever_is_wrong_with_a_document_is_said_in_words(tmp_path, file, old, new):
    for fault in faults_of(folder_with(tmp_path, (file, old, new))):
        assert re.match(r"[\w./-]+:\d+:\d+: \S", fault)


def test_an_empty_folder_and_foreign_bytes_are_refused(tmp_path):
    assert faults_of(tmp_path) == ["family.toml:1:1: there is no such file"]
    (tmp_path / "family.toml").write_bytes(b"\xff\xfe\x00")
    assert faults_of(tmp_path) == ["family.toml:1:1: is not UTF-8 text"]


def test_a_family_is_written_back_as_the_same_folder(tmp_path):
    family = load(folder_with(tmp_path / "one"))
    export(family, tmp_path / "two")
    again = load(tmp_path / "two")
    assert again == family
    assert again.model_dump_json() == family.model_dump_json()
    export(again, tmp_path / "three")
    for file in (tmp_path / "two").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "three" / file.relative_to(tmp_path / "two")).read_bytes()


CASES = """[[cases]]
code = "cheap"
title.en = "Stays cheap"
choices = ["top.oak"]
expect = "total"
total = "129.00"

[[cases]]
code = "gone"
title.en = "A wing never fits"
choices = ["top.wing", "base.none"]
expect = "impossible"
"""


def test_test_cases_stand_in_a_file_of_their_own(tmp_path):
    folder = folder_with(tmp_path / "one")
    (folder / "cases.toml").write_text(CASES, "utf-8")
    family = load(folder)
    assert [(case.code, case.expect, case.total) for case in family.cases] == [
        ("cheap", "total", 12900),
        ("gone", "impossible", None),
    ]
    assert [trial.choices for trial in trials(family)][1] == (
        OptionKey("top", "wing"),
        OptionKey("base", "none"),
    )
    assert load_again(family, tmp_path / "two") == family
    (folder / "cases.toml").write_text(CASES.replace('total = "129.00"\n', ""), "utf-8")
    assert [fault.split(": ")[0] for fault in faults_of(folder)] == ["cases.toml:1:1"]
    (folder / "cases.toml").write_text(CASES.replace("[[cases]]", "[[tests]]"), "utf-8")
    assert 'unknown table "tests"' in faults_of(folder)[0]


def load_again(family: Family, folder: Path) -> Family:
    export(family, folder)
    return load(folder)


TRAITS = """[traits.use]
title.ru = "Для чего"
title.en = "What for"
values.write.ru = "писать"
values.write.en = "writing"

[[measures]]
code = "sitter_height"
title.ru = "Рост"
title.en = "Your height"
unit = "cm"
from_attribute = "weight_g"
to_attribute = "weight_g"

[[steps]]"""


def test_traits_in_words_and_measures_survive_export_and_import(tmp_path):
    family = load(folder_with(tmp_path / "one", ("family.toml", "[[steps]]", TRAITS)))
    assert family.traits["use"].values["write"].in_("en") == "writing"
    assert family.measures[0].attributes == ("weight_g", "weight_g")
    assert family.measuring == {"weight_g"}
    export(family, tmp_path / "two")
    assert load(tmp_path / "two") == family


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('values.write.en = "writing"\n', "", "the write is missing in: en"),
        ('title.en = "What for"\n', "", "the title is missing in: en"),
        ('title.en = "Your height"\n', "", "the title is missing in: en"),
        (
            'to_attribute = "weight_g"',
            'to_attribute = "wieght_g"',
            'there is no attribute "wieght_g" (did you',
        ),
        ('code = "sitter_height"', 'code = "use"', '"use" is also a trait\'s name'),
        ('unit = "cm"\n', 'unit = "cm"\nlowest = 5\n', 'unknown key "lowest"'),
    ],
)
def test_faults_of_traits_and_measures_are_told_with_their_place(tmp_path, old, new, said):
    assert old in TRAITS
    folder = folder_with(tmp_path, ("family.toml", "[[steps]]", TRAITS.replace(old, new)))
    assert any(fault.startswith("family.toml:") and said in fault for fault in faults_of(folder))


def test_nothing_is_written_over_what_is_there(tmp_path):
    family = load(folder_with(tmp_path))
    with pytest.raises(FileExistsError):
        export(family, tmp_path)


@pytest.mark.parametrize("code", ["bicycle", "workstation"])
def test_demo_catalogues_survive_export_and_import(tmp_path, code):
    family = load(DATA / code)
    export(family, tmp_path / code)
    again = load(tmp_path / code)
    assert again.model_dump_json() == family.model_dump_json()
    assert texts_of(again) == texts_of(family)


@settings(max_examples=25)
@given(families())
def test_any_family_survives_export_and_import(tmp_path_factory, family: Family):
    folder = tmp_path_factory.mktemp("family") / "out"
    export(family, folder)
    assert load(folder).model_dump_json() == family.model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        'with "quotes" and \\ and \t tab',
        "two\nlines",
        "ends = [[not]] # a comment",
        "\x7f \u2028 \U0001f6b2",
        '"""',
        "'",
    ],
)
def test_any_text_survives_export_and_import(tmp_path, text):
    document = load(folder_with(tmp_path / "one")).model_dump(exclude_unset=True)
    document["title"]["en"] = text
    document["groups"][0]["options"][0]["description"] = {"en": text, "ru": text}
    document["groups"][0]["options"][0]["traits"] = {"use": ("commute", "tour"), "style": ()}
    family = Family.model_validate(document)
    export(family, tmp_path / "two")
    assert load(tmp_path / "two") == family
