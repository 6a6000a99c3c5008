"""The proof of a draft: what is wrong with it, what is odd, and whose doing it is, shown while it is looked for."""

from collections.abc import Iterable

from flask import abort, redirect, render_template, url_for
from flask_babel import lazy_gettext
from werkzeug import Response

from catalog.expression import OptionKey
from catalog.health import finding
from catalog.health.examination import Chapter, Health
from catalog.health.record import read
from catalog.schedule import in_force
from webapp import clock, settings
from webapp.catalogues import task
from webapp.catalogues.task import Kind, Task
from webapp.customers.staff_role import Role
from webapp.database import writing
from webapp.fragments import swapping
from webapp.staff import bp
from webapp.staff.catalogue.opened import room
from webapp.staff.catalogue.shown_finding import grouped, named
from webapp.staff.catalogue.subject import Subject, subject
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague

TAB = "staff.draft_proof"
CHAPTERS = {
    Chapter.DOCUMENT: lazy_gettext("The document"),
    Chapter.LOGIC: lazy_gettext("Whether anything can be built"),
    Chapter.GAPS: lazy_gettext("Prices, pictures, texts"),
    Chapter.OPTIONS: lazy_gettext("Each option"),
    Chapter.BUILDS: lazy_gettext("Ready-made builds and test cases"),
    Chapter.PRICES: lazy_gettext("The cheapest and the dearest build"),
    Chapter.RULES: lazy_gettext("Each rule"),
}


class ShownProof:
    """A proof as far as it is."""

    def __init__(self, about: Subject, done: Task | None) -> None:
        self.about, self.task = about, done
        self.health = read(done.result) if done and done.result else Health()
        today = clock.day_of(clock.now(), settings.current().time_zone)
        self.family = in_force(about.family, today)
        self.groups = grouped(self.health, self.family, about.page.family)
        self.chapters = [(str(title), chapter in self.health.done) for chapter, title in CHAPTERS.items()]

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way of publishing."""
        return self.task is not None and self.task.is_done and not self.health.errors

    @property
    def dead(self) -> list[str]:
        """The options that no build can have, by name: whoever publishes them is to know each."""
        return [named(self.family, each.option) for each in self.health.of(finding.Kind.DEAD) if each.option]

    def parts(self, picked: Iterable[OptionKey]) -> list[str]:
        """The options of a build by name."""
        return [named(self.family, key) for key in picked]


@bp.get("/catalogue/<code>/proof")
@allowed(Role.EDITOR)
def draft_proof(code: str) -> str:
    about = subject(code)
    context = {"about": about, "shown": ShownProof(about, about.proof)}
    if swapping():
        return render_template("staff/catalogue/_proof.html", **context)
    return room("staff/catalogue/proof.html", about.page, TAB, **context)


@bp.post("/catalogue/<code>/proof")
@allowed(Role.EDITOR)
def begin_proof(code: str) -> Response:
    """Has the document examined by the worker; what was examined already is not examined again."""
    about = subject(code)
    with writing() as session:
        task.ask(session, Kind.PROOF, code, about.sha256, who=colleague().name, at=clock.now(), anew=True)
    return redirect(url_for(TAB, code=code, **about.named), 303)


@bp.post("/catalogue/<code>/tasks/<int:number>/cancellation")
@allowed(Role.EDITOR)
def cancel_task(code: str, number: int) -> Response:
    """Calls a proof or a rehearsal off."""
    about = subject(code)
    with writing() as session:
        found = task.find(session, code, number) or abort(404)
        task.cancel(session, found, at=clock.now())
    back = TAB if found.kind == Kind.PROOF else "staff.draft_rehearsal"
    return redirect(url_for(back, code=code, **about.named), 303)
