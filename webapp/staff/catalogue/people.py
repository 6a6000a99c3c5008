"""Whom to tell of what a rehearsed document changes for them, with what allows a letter to each; also as a file."""

from typing import NamedTuple

from flask import abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import JsonValue
from werkzeug import Response

from webapp import clock
from webapp.catalogues import publication, published, task
from webapp.catalogues.publication import Publication
from webapp.catalogues.task import Kind, Task
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, reading_rows, writing
from webapp.guards import LARGEST_NUMBER
from webapp.languages import language
from webapp.sales import concerned
from webapp.sales.concerned import Circle, Concerned
from webapp.sales.rehearsed import Rehearsed, Thing
from webapp.staff import bp
from webapp.staff.catalogue.opened import room
from webapp.staff.catalogue.rehearsal import TAB
from webapp.staff.catalogue.saving import THING
from webapp.staff.catalogue.shown_rehearsal import STANDINGS
from webapp.staff.catalogue.subject import Subject, subject
from webapp.staff.demand.table import Cell, Table, as_csv, extra, words
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

PAGE = 50
LISTS = 10  # of people, the latest


class Rehearsal(NamedTuple):
    """A rehearsal with whom to tell of it. `published`: what came of it, if it went on sale."""

    task: Task
    family: str
    circle: Circle
    published: Publication | None

    @property
    def told(self) -> int:
        return sum(one.may_be_told for one in self.circle.people)


@bp.get("/people-to-tell")
@allowed(Role.RELATIONSHIP)
def people_lists() -> str:
    """The latest rehearsals, for whoever tells people and has no part in the catalogue."""
    titles = {each.family.code: each.family.title for each in published.families(reading_rows())}
    found = [
        Rehearsal(
            done,
            titles[done.family_code].in_(language()) if done.family_code in titles else done.family_code,
            concerned.circle(reading(), done.id or 0),
            publication.made_from(reading(), done.family_code, done.sha256, done.beside),
        )
        for done in task.finished(reading(), Kind.REHEARSAL, limit=LISTS)
    ]
    return render_template("staff/catalogue/people_lists.html", found=found)


@bp.get("/catalogue/<code>/rehearsal/<int:number>/people")
@allowed(Role.EDITOR, Role.RELATIONSHIP)
def people_to_tell(code: str, number: int) -> str:
    about, done, found = _found(code, number)
    only = request.args.get("may") == "1"
    people = [one for one in found.people if one.may_be_told or not only]
    beyond = max(0, min(request.args.get("beyond", 0, type=int), LARGEST_NUMBER))
    return room(
        "staff/catalogue/people.html",
        about.page,
        TAB,
        about=about,
        done=done,
        everybody=found,
        told=sum(one.may_be_told for one in found.people),
        only=only,
        people=people[beyond : beyond + PAGE],
        beyond=beyond,
        next=beyond + PAGE if len(people) > beyond + PAGE else None,
        standings=STANDINGS,
        right_of=right_of,
        address_of=lambda row: url_for("staff.rehearsed_thing", code=code, number=row.id, **about.named),
    )


@bp.post("/catalogue/<code>/rehearsal/<int:number>/people.csv")
@allowed(Role.RELATIONSHIP)
def people_table(code: str, number: int) -> Response:
    """The same for a table program; the record notes who takes it. Whom we may not write to has no address in it."""
    _about, _done, found = _found(code, number)
    with writing() as session:
        after: dict[str, JsonValue] = {
            "people": len(found.people),
            "addresses": sum(one.may_be_told for one in found.people),
            "rehearsal": number,
        }
        staff_act.record(
            session, colleague(), "people-taken", (THING, code), before={}, after=after, at=clock.now()
        )
    response = make_response(as_csv(_table(found)))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename=f"{code}-people-{number}.csv")
    return response


def right_of(one: Concerned) -> list[str]:
    """What allows a letter to somebody, in words; empty where nothing does."""
    rights = [_("agreed to letters about their builds")] if one.allows_letters else []
    if one.orders:
        rights.append(_("about their open order %(numbers)s", numbers=", ".join(one.orders)))
    return rights


def _found(code: str, number: int) -> tuple[Subject, Task, Circle]:
    about = subject(code)
    done = task.find(reading(), code, number)
    if done is None or done.kind != Kind.REHEARSAL:
        abort(404)
    return about, done, concerned.circle(reading(), number)


def _table(found: Circle) -> Table:
    """A line for each thing of each person, so that a letter can say what becomes of it."""
    columns = (_("Name"), _("E-mail"), _("Language"), _("What allows a letter"), _("What"), _("After it"))
    return Table(
        "people",
        _("People to tell"),
        [(title, False) for title in columns] + [(_("Difference"), True), (_("Currency"), False)],
        [_line(one, row) for one in found.people for row in one.rows],
    )


def _line(one: Concerned, row: Rehearsed) -> list[Cell]:
    may = row in one.told_about
    return [
        words(one.name),
        words(one.email if may else ""),
        words(one.language),
        words("; ".join(right_of(one)) if may else _("nothing: not to be written to")),
        words(row.ref if row.thing == Thing.ORDER else row.name or row.ref),
        words(str(STANDINGS[row.after])),
        extra(row.step, row.currency),
        words(row.currency),
    ]
