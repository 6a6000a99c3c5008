"""Forms of the catalogue desk as a browser sends them, and the draft as it stands."""

from html.parser import HTMLParser

from flask import Flask
from flask.testing import FlaskClient

from catalog.model import Family
from tests.webapp.shopping import database_of
from webapp.catalogues import draft


class Fields(HTMLParser):
    """What a browser would send of the forms of a page, one after the other."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.area = self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
        if not self.forms or ("name" not in said and tag != "option"):
            return
        if tag == "input" and said.get("type") not in ("radio", "submit", "file"):
            if said.get("type") != "checkbox" or "checked" in said:
                self.forms[-1][said["name"]] = said.get("value", "")
        elif tag == "textarea":
            self.area = said["name"]
            self.forms[-1][self.area] = ""
        elif tag == "select":
            self.select = said["name"]
        elif tag == "option" and "selected" in said:
            self.forms[-1][self.select] = said["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def form_in(page: str, holding: str) -> dict[str, str]:
    """The form of a page that has such a field."""
    return next(form for form in Fields(page).forms if holding in form)


def the_form(desk: FlaskClient, address: str, holding: str) -> dict[str, str]:
    """The form that has such a field, as its page was shown."""
    answer = desk.get(address)
    assert answer.status_code == 200, answer.text
    return form_in(answer.text, holding)


def stands(shop: Flask, code: str = "bike") -> Family:
    """The draft as it is now."""
    with database_of(shop).reading() as session:
        found = draft.latest(session, code)
        assert found
        return draft.document(found)
