"""The live picture is made of the layers of what was chosen, stacked and painted."""

from xml.etree import ElementTree

from catalog import picture
from catalog.expression import OptionKey
from catalog.model import Family
from tests.catalog.built import a_family

SVG = "{http://www.w3.org/2000/svg}"


def drawing(name: str, paint: str = "{{frame}}") -> str:
    return (
        f'<?xml version="1.0"?>\n<!-- {name} -->\n'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30" fill="none">'
        f'<path id="{name}" stroke="{paint}"/></svg>\n'
    )


def bicycle() -> Family:
    family = a_family("frame: steel 0, carbon 0", "rack?: rear 0", "bell?: brass 0").model_dump()
    family["picture"] = {
        "width": 40,
        "height": 30,
        "paints": {"frame": "#111111"},
        "files": {name: drawing(name) for name in ("frame.svg", "mount.svg", "rack.svg", "icon.svg")},
    }
    steel, carbon = family["groups"][0]["options"]
    steel["layers"] = [{"file": "frame.svg", "z": 40}, {"file": "mount.svg", "z": 10, "when": "rack.rear"}]
    carbon |= {"layers": [{"file": "frame.svg", "z": 40}], "paints": {"frame": "#ff0000"}}
    family["groups"][0]["thumbnail"] = "5 5 20 10"
    family["groups"][1]["options"][0]["layers"] = [{"file": "rack.svg", "z": 20}]
    family["groups"][2]["options"][0]["picture"] = "icon.svg"
    return Family.model_validate(family)


def composed(*names: str, view: str | None = None) -> ElementTree.Element:
    keys = [OptionKey(*name.split(".")) for name in names]
    return ElementTree.fromstring(picture.compose(bicycle(), keys, view))


def drawn(root: ElementTree.Element) -> list[str]:
    return [path.attrib["id"] for path in root.iter(f"{SVG}path")]


def test_layers_are_stacked_by_height():
    assert drawn(composed("frame.steel", "rack.rear")) == ["mount.svg", "rack.svg", "frame.svg"]


def test_a_layer_shows_only_while_its_condition_holds():
    assert drawn(composed("frame.steel")) == ["frame.svg"]


def test_the_order_of_the_picks_does_not_matter():
    keys = [OptionKey("frame", "steel"), OptionKey("rack", "rear")]
    assert picture.compose(bicycle(), keys) == picture.compose(bicycle(), keys[::-1])


def test_paints_follow_the_choice():
    [steel] = composed("frame.steel").iter(f"{SVG}path")
    [carbon] = composed("frame.carbon").iter(f"{SVG}path")
    assert (steel.get("stroke"), carbon.get("stroke")) == ("#111111", "#ff0000")


def test_a_layer_keeps_its_own_fills_and_loses_its_frame():
    [group] = composed("frame.steel").iter(f"{SVG}g")
    assert group.attrib == {"fill": "none"}


def test_a_view_crops_the_picture():
    assert composed("frame.steel").attrib["viewBox"] == "0 0 40 30"
    assert composed("frame.steel", view="5 5 20 10").attrib["viewBox"] == "5 5 20 10"


def test_a_card_shows_the_options_own_picture_else_its_layers_cropped_else_nothing():
    family = bicycle()
    assert "icon.svg" in (picture.card(family, OptionKey("bell", "brass")) or "")
    assert 'viewBox="5 5 20 10"' in (picture.card(family, OptionKey("frame", "carbon")) or "")
    assert picture.card(family, OptionKey("rack", "rear")) is None


def test_the_picture_depends_on_what_is_drawn_and_what_layers_ask_about():
    assert {str(key) for key in picture.visible(bicycle())} == {"frame.steel", "frame.carbon", "rack.rear"}
