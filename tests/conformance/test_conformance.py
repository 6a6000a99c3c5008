"""The engine agrees with an independent solver on models of our own, and a disagreement would be found."""

from pathlib import Path

import pytest

from catalog import uvl
from catalog.choices import Choices
from catalog.expression import OptionKey
from tests.conformance.__main__ import main
from tests.conformance.judge import Judge
from tests.conformance.reference import Reference
from tests.conformance.session import examine, files

MODELS = Path(__file__).parent / "models"
WORKBENCH = MODELS / "workbench.uvl"


@pytest.mark.parametrize("path", [path for path, _ in files(MODELS)], ids=lambda path: path.stem)
def test_the_engine_agrees_with_an_independent_solver(path):
    findings = examine(path, sessions=2, clicks=6)
    assert findings.disagreements == []
    assert findings.conflicts, "no session met a conflict"


def test_one_of_the_models_has_at_least_300_features():
    sizes = [len(uvl.read(path.read_text("utf-8"), path.name).option_by_key) for path, _ in files(MODELS)]
    assert max(sizes) >= 300


def test_dead_and_always_on_features_are_found():
    findings = examine(WORKBENCH, sessions=1, clicks=1)
    # The old plate and the leg vice contradict themselves; shelf and brackets only seem to be optional.
    assert (findings.dead, findings.always) == (2, 5)


@pytest.fixture
def text() -> str:
    return WORKBENCH.read_text("utf-8")


def test_a_rule_that_was_lost_is_found(text):
    family = uvl.read(text, "workbench.uvl")
    # The shelf is in every solution, so nothing hangs on what its brackets belong to.
    for lost in [rule for rule in family.rules if rule.code != "shelf-belongs"]:
        lax = family.model_copy(update={"rules": tuple(rule for rule in family.rules if rule != lost)})
        assert Judge(Reference(text), type(family).model_validate(lax.model_dump())).differences(), lost.code


def test_a_rule_too_many_is_found(text):
    family = uvl.read(text, "workbench.uvl")
    more = family.rules[0].model_copy(update={"code": "more", "rule": "top.beech requires vices.front-vice"})
    strict = type(family).model_validate(family.model_dump() | {"rules": [*family.rules, more]})
    assert Judge(Reference(text), strict).differences() == ["not in the model: more"]


def test_a_conflict_with_a_part_too_many_or_too_few_is_found(text):
    judge = Judge(Reference(text), uvl.read(text, "workbench.uvl"))
    key, refusal = OptionKey("drawers", "deep-drawer"), OptionKey("workbench", "none")
    wanted = Choices((refusal, key))
    assert judge.flaw(key, wanted, ["drawers-belongs"], [refusal]) is None
    assert judge.flaw(key, wanted, ["drawers-belongs", "constraint-3"], [refusal]) is not None
    assert judge.flaw(key, wanted, ["drawers-belongs"], []) is not None


def test_the_command_fails_where_there_is_nothing_to_compare(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["conformance", str(tmp_path)])
    assert main() == 1
    (tmp_path / "broken.uvl").write_text("features\n")
    assert main() == 1
    assert "broken.uvl:2:1" in capsys.readouterr().err
    (tmp_path / "broken.uvl").write_text(WORKBENCH.read_text("utf-8"))
    assert main() == 0
    assert "broken" in capsys.readouterr().out
