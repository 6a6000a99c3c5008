"""Rules are written in their language or by a form, read in words with what they forbid, and refused with the place
of what is wrong."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from werkzeug.test import TestResponse

from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.shopping import a_bicycle, a_colleague, database_of, hidden, publish
from webapp import clock
from webapp.catalogues import draft
from webapp.customers.staff_role import Role

RULES = "/staff/catalogue/bike/rules"
REASONS = {"reason.ru": "Гравийному нужен карбон.", "reason.en": "Gravel needs carbon."}


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    publish(app, a_bicycle())
    editor = a_colleague(app, roles=[Role.EDITOR])
    editor.post("/staff/catalogue/bike/draft")
    return editor


def stands(app: Flask) -> Family:
    with database_of(app).reading() as session:
        found = draft.latest(session, "bike")
        assert found
        return draft.document(found)


def send(desk: FlaskClient, address: str, **entries: object) -> TestResponse:
    form = carried(desk, address)
    return desk.post(address, data=form | entries)


def carried(desk: FlaskClient, address: str) -> dict[str, str]:
    """What a page's forms carry along, but for where its filters stand."""
    found = hidden(desk.get(address))
    return {name: found[name] for name in ("base", "token")}


def told(page: str) -> list[str]:
    return [str(Markup(each).striptags()) for each in re.findall(r'class="field-error"[^>]*>(.*?)</p>', page)]


def facts(page: str, code: str) -> str:
    block = page.split(f'data-rule="{code}"')[1].split("</li>\n        <li")[0]
    return " ".join(Markup(block).striptags().split())


def test_each_rule_says_what_it_means_forbids_and_touches(desk: FlaskClient) -> None:
    shown = facts(desk.get(RULES).text, "carbon-no-rear-rack")
    assert "Do not go together: “Frame: Carbon”, and “Rack: Rear rack”." in shown
    assert "“Frame: Carbon” + “Rack: Rear rack”" in shown
    assert "2 options" in shown
    russian = facts(desk.get(RULES, headers={"Accept-Language": "ru"}).text, "carbon-no-rear-rack")
    assert "«Рама: Карбон»" in russian
    assert "Карбон не держит задний багажник." in russian


@on_both_databases
def test_a_rule_is_written_changed_and_removed(app: Flask, desk: FlaskClient) -> None:
    answer = send(
        desk, f"{RULES}/new/rules", rule="model.gravel requires frame.carbon", act="save", **REASONS
    )
    assert answer.status_code == 303, told(answer.text)
    written = stands(app).rules[-1]
    assert (written.code, written.rule) == ("gravel-needs-carbon", "model.gravel requires frame.carbon")
    assert "If “Model: Gravel”, then “Frame: Carbon”." in facts(desk.get(RULES).text, written.code)
    answer = send(
        desk, f"{RULES}/{written.code}", rule="model.city requires frame.steel", act="save", **REASONS
    )
    assert answer.status_code == 303
    assert [rule.rule for rule in stands(app).rules][-1] == "model.city requires frame.steel"
    form = carried(desk, RULES)
    assert desk.post(f"{RULES}/{written.code}/removal", data=form).status_code == 303
    assert [rule.code for rule in stands(app).rules] == ["carbon-no-rear-rack"]
    assert desk.get(f"{RULES}/{written.code}").status_code == 404


def test_a_rule_that_forbids_nothing_is_said_to(desk: FlaskClient) -> None:
    send(desk, f"{RULES}/new/rules", rule="frame.carbon or frame.steel", act="save", **REASONS)
    assert "nothing: the other rules say as much already" in desk.get(RULES).text


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "Please fill this in."),
        (
            "frame.carbn requires rack.rear",
            "sign 7: the group “frame” has no option “carbn”. Did you mean “carbon”?",
        ),
        ("fram.carbon requires rack.rear", "sign 1: there is no group “fram”. Did you mean “frame”?"),
        ("frame.carbon requires", "sign 22: the rule ends too early."),
        (
            "frame.carbon\n  requires rack.rear rack.front",
            "Line 2, sign 22: “rack.front” cannot be read here.",
        ),
        ("frame.carbon ; rack.rear", "cannot be read here"),
        ("not " * 150 + "frame.carbon", "nested too deeply"),
        ("frame.carbon " + "or frame.steel " * 400, "At most 4000 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_with_its_place(
    app: Flask, desk: FlaskClient, rule: str, said: str
) -> None:
    answer = send(desk, f"{RULES}/new/rules", rule=rule, act="save", **REASONS)
    assert answer.status_code == 422
    assert said in told(answer.text)[0]
    assert str(Markup.escape(rule)) in answer.text.replace("\r\n", "\n")
    assert "Гравийному нужен карбон." in answer.text
    assert len(stands(app).rules) == 1


def test_the_reason_is_needed_in_each_language(app: Flask, desk: FlaskClient) -> None:
    answer = send(
        desk,
        f"{RULES}/new/rules",
        rule="model.gravel requires frame.carbon",
        act="save",
        **{"reason.en": "So."},
    )
    assert answer.status_code == 422
    assert told(answer.text)[0] == "Please fill this in, in each language."
    assert "model.gravel requires frame.carbon" in answer.text
    assert len(stands(app).rules) == 1


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        (
            {"way": "requires", "left": ["model.gravel"], "right": ["frame.carbon", "rack.*"]},
            "model.gravel requires frame.carbon or rack.*",
        ),
        (
            {"way": "excludes", "left": ["frame.steel", "frame.carbon"], "right": ["rack.front"]},
            "frame.steel or frame.carbon excludes rack.front",
        ),
        (
            {"way": "at_most", "number": "1", "right": ["rack.*", "frame.carbon"]},
            "at most 1 of (rack.*, frame.carbon)",
        ),
    ],
)
def test_the_form_writes_the_text_of_common_rules(
    app: Flask, desk: FlaskClient, entries: dict[str, object], text: str
) -> None:
    answer = send(desk, f"{RULES}/new/rules", act="write", **REASONS, **entries)
    assert answer.status_code == 200
    assert f">{text}</textarea>" in answer.text
    assert "Gravel needs carbon." in answer.text
    assert len(stands(app).rules) == 1
    look = send(desk, f"{RULES}/new/rules", act="look", rule=text)
    assert look.status_code == 200
    assert "data-meaning" in look.text


def test_the_form_says_what_it_lacks(desk: FlaskClient) -> None:
    answer = send(
        desk, f"{RULES}/new/rules", act="write", way="at_most", number="many", rule="kept as it was"
    )
    assert answer.status_code == 422
    assert "Please choose at least one option." in told(answer.text)
    assert ">kept as it was</textarea>" in answer.text


def test_the_limit_of_a_sum_is_written_by_form_too(app: Flask, desk: FlaskClient) -> None:
    entries = {"amount": "sum(lead_days)", "operator": "<=", "limit": "4"}
    answer = send(desk, f"{RULES}/new/resources", act="write", way="limit", **entries)
    assert ">sum(lead_days) &lt;= 4</textarea>" in answer.text
    titles = {"title.ru": "Срок", "title.en": "Time", "unit": ""}
    kept = send(
        desk, f"{RULES}/new/resources", act="save", rule="sum(lead_days) <= 4", **titles, **REASONS, **entries
    )
    assert kept.status_code == 303, told(kept.text)
    shown = facts(desk.get(RULES).text, "time")
    assert "Sum of “days until ready”: at most 4." in shown
    assert "“Frame: Carbon”" in shown


def test_price_rules_and_bundles_are_written_alike(app: Flask, desk: FlaskClient) -> None:
    titles = {"title.ru": "Скидка", "title.en": "Light bike"}
    price = {"when": "frame.carbon", "how": "percent", "percent": "−10", "of": "rack.*"}
    assert send(desk, f"{RULES}/new/price_rules", act="save", **titles, **price).status_code == 303
    amount = {"when": "frame.steel", "how": "amount", "amount": "-12,50", "code": "steel"}
    assert send(desk, f"{RULES}/new/price_rules", act="save", **titles, **amount).status_code == 303
    bundle = {"options": "frame.carbon\nrack.front", "price": "310"}
    assert send(desk, f"{RULES}/new/bundles", act="save", code="set", **titles, **bundle).status_code == 303
    family = stands(app)
    assert [
        (rule.code, rule.amount, rule.percent and int(rule.percent), rule.of) for rule in family.price_rules
    ] == [
        ("light-bike", None, -10, ("rack.*",)),
        ("steel", -1250, None, ()),
    ]
    assert family.bundles[0].options == ("frame.carbon", "rack.front")
    page = desk.get(RULES).text
    assert "“Frame: Carbon” + “Rack: Front rack”" in facts(page, "set")
    for wrong, said in (
        ({"how": "percent", "percent": "-200", "of": "rack.*"}, "A number from −100 on"),
        ({"how": "percent", "percent": "10", "of": ""}, "Please name at least one option."),
        ({"how": "percent", "percent": "10", "of": "rack.tin"}, "The group “rack” has no option “tin”."),
        ({"how": "amount", "amount": ""}, "Please fill this in."),
        ({"how": "amount", "amount": "much"}, "An amount looks like"),
    ):
        answer = send(desk, f"{RULES}/new/price_rules", act="save", **titles, when="frame.carbon", **wrong)
        assert answer.status_code == 422
        assert any(said in each for each in told(answer.text)), (wrong, told(answer.text))


def test_the_list_is_found_through_by_option_words_and_kind(desk: FlaskClient) -> None:
    send(desk, f"{RULES}/new/rules", rule="model.gravel requires frame.carbon", act="save", **REASONS)

    def found(query: str) -> list[str]:
        return re.findall(r'data-rule="([^"]+)"', desk.get(f"{RULES}?{query}").text)

    assert found("") == ["carbon-no-rear-rack", "gravel-needs-carbon"]
    assert found("option=model.gravel") == ["gravel-needs-carbon"]
    assert found("option=rack") == ["carbon-no-rear-rack"]
    assert found("words=needs+GRAVEL") == ["gravel-needs-carbon"]
    assert found("kind=bundles") == []
    assert found("words=%3Cscript%3E") == []


def test_a_draft_that_is_not_sound_is_still_listed(app: Flask, desk: FlaskClient) -> None:
    with database_of(app).writing() as session:
        family = stands(app)
        broken = family.rules[0].revised(rule="frame.gone requires rack.rear")
        draft.save(session, "bike", family.revised(rules=(broken,)), base=1, who="Vera", at=clock.now())
    page = desk.get(RULES)
    assert page.status_code == 200
    assert "the group “frame” has no option “gone”" in page.text
    assert desk.get(f"{RULES}/carbon-no-rear-rack").status_code == 200
    preview = desk.get("/staff/catalogue/bike/preview")
    assert preview.status_code == 200
    assert "cannot be tried out" in preview.text


def test_nobody_knows_a_kind_or_a_rule_that_is_not(desk: FlaskClient) -> None:
    assert desk.get(f"{RULES}/new/laws").status_code == 404
    assert desk.get(f"{RULES}/nothing").status_code == 404
    assert desk.post(f"{RULES}/new/rules", data={"base": "7"}).status_code == 404


def test_a_rule_reads_in_russian_as_russian(desk: FlaskClient) -> None:
    rule = "model.gravel requires frame.carbon and rack.front or frame.steel"
    assert send(desk, f"{RULES}/new/rules", rule=rule, act="save", **REASONS).status_code == 303
    page = desk.get(RULES, headers={"Accept-Language": "ru"}).text
    said = facts(page, "gravel-needs-carbon")
    assert " или " in said
    assert " и " in said
