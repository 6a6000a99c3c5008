"""Publishing: what stands in the way, when, with what words for customers; older versions once more."""

from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select
from werkzeug import Response

from webapp import clock, settings
from webapp.catalogues import publication, task
from webapp.catalogues.publication import Overtaken, Publication, State
from webapp.catalogues.task import Kind
from webapp.catalogues.version import PublishedVersion
from webapp.customers import staff_act
from webapp.customers.staff_role import Role
from webapp.database import reading, writing
from webapp.fragments import swapping
from webapp.languages import LANGUAGES
from webapp.staff import bp
from webapp.staff.catalogue.opened import room
from webapp.staff.catalogue.proof import ShownProof
from webapp.staff.catalogue.publish_form import NOW, PublishForm
from webapp.staff.catalogue.saving import THING, sent_token
from webapp.staff.catalogue.shown_edits import shown
from webapp.staff.catalogue.shown_rehearsal import STANDINGS, THINGS, ShownRehearsal
from webapp.staff.catalogue.subject import Subject, subject
from webapp.staff.roles import allowed
from webapp.staff.sign_in import colleague
from webapp.staff.step_up import stepped_up

TAB = "staff.draft_publishing"
MOST_VERSIONS = 50
NAMED = 8  # of a kind of warning; options that nobody can choose are all named


class Readiness:
    """Whether a document may go on sale, and what is still to be done for that."""

    def __init__(self, about: Subject) -> None:
        self.about = about
        self.proof = ShownProof(about, about.proof)
        self.rehearsal = ShownRehearsal(about, about.rehearsal)

    @property
    def is_new(self) -> bool:
        """Whether nobody can have kept anything of the family yet."""
        return not self.about.beside

    @property
    def is_rehearsed(self) -> bool:
        return self.is_new or self.rehearsal.is_done

    @property
    def takes_an_owner(self) -> bool:
        return bool(self.rehearsal.passed)

    @property
    def is_an_owner(self) -> bool:
        return Role.OWNER in colleague().roles

    @property
    def is_mine_to_publish(self) -> bool:
        return not self.takes_an_owner or self.is_an_owner

    @property
    def is_at_work(self) -> bool:
        tasks = (self.about.proof, self.about.rehearsal)
        return any(each is not None and each.is_open for each in tasks)

    @property
    def is_ready(self) -> bool:
        return (
            self.proof.is_sound
            and self.is_rehearsed
            and self.is_mine_to_publish
            and not self.about.is_on_sale
        )


@bp.get("/catalogue/<code>/publishing")
@allowed(Role.EDITOR)
def draft_publishing(code: str) -> Response:
    about = subject(code)
    if swapping():
        page = render_template("staff/catalogue/_readiness.html", **_context(about))
        return make_response(page)
    return _page(about, PublishForm({"when": NOW}))


@bp.post("/catalogue/<code>/publishing/checks")
@allowed(Role.EDITOR)
def begin_checks(code: str) -> Response:
    """Has the document proved and rehearsed, as publishing asks for."""
    about, at = subject(code), clock.now()
    with writing() as session:
        who = colleague().name
        task.ask(session, Kind.PROOF, code, about.sha256, who=who, at=at)
        if about.beside:
            task.ask(session, Kind.REHEARSAL, code, about.sha256, who=who, at=at, beside=about.beside)
    return redirect(url_for(TAB, code=code, **about.named), 303)


@bp.post("/catalogue/<code>/publications")
@allowed(Role.EDITOR)
@stepped_up
def publish_draft(code: str) -> Response:
    """Puts the document on sale, or plans to; by whoever may, once nothing stands in the way."""
    about, at = subject(code), clock.now()
    form = PublishForm(request.form)
    done = _done_already(code)
    if done is not None:
        return _done(done)
    readiness = Readiness(about)
    note, due = form.note(), form.due(at)
    if form["sha256"] != about.sha256 or form["beside"] != str(about.beside):
        form.wrong("", _("The draft, or what is on sale, has changed meanwhile. Look at it once more."))
    elif not readiness.is_ready:
        form.wrong("", _("Something stands in the way still."))
    if readiness.proof.health.warnings and form["seen"] != "y":
        form.wrong("seen", _("Please look at the warnings first, and confirm that they are meant."))
    if form.is_wrong:
        return _page(about, form, 422)
    rehearsed = about.rehearsal
    fresh = Publication(
        token=form.token,
        family_code=code,
        sha256=about.sha256,
        beside=about.beside,
        revision=None if about.older else about.page.number,
        version=about.older.number if about.older else None,
        note=note,
        rehearsal=rehearsed.id if rehearsed else None,
        planned_by=colleague().name,
        planned_at=at,
        due_at=due,
    )
    try:
        with writing() as session:
            planned = publication.plan(session, fresh)
            if not form.is_later:
                today = clock.day_of(at, settings.current().time_zone)
                publication.carry_out(session, planned, at=at, today=today)
            if planned is fresh:
                _record(session, planned, readiness)
    except Overtaken:
        form.wrong("", _("Something else was published meanwhile. Look at it once more."))
        reading().rollback()
        return _page(subject(code), form, 409)
    return _done(planned)


@bp.post("/catalogue/<code>/publications/<int:number>/withdrawal")
@allowed(Role.EDITOR)
def withdraw_publication(code: str, number: int) -> Response:
    """Calls off what was planned for later."""
    with writing() as session:
        found = publication.find(session, code, number) or abort(404)
        if publication.withdraw(session, found, at=clock.now()):
            staff_act.record(
                session,
                colleague(),
                "publication-withdrawn",
                (THING, code),
                before={"due": found.due_at.isoformat()},
                after={},
                at=clock.now(),
            )
            flash(_("Called off: it will not be published."), "done")
        else:
            flash(_("Too late: this is no longer planned."), "warning")
    return redirect(url_for(TAB, code=code), 303)


def _record(session: Any, planned: Publication, readiness: Readiness) -> None:
    about = readiness.about
    staff_act.record(
        session,
        colleague(),
        "published" if planned.state == State.DONE else "publication-planned",
        (THING, planned.family_code),
        before={"version": about.beside},
        after={
            "version": planned.number,
            "revision": planned.revision,
            "again": planned.version,
            "due": planned.due_at.isoformat(),
            "passed": list(readiness.rehearsal.passed),
            "at_stake": readiness.rehearsal.at_stake,
            "dead": list(readiness.proof.dead),
            "currency": about.family.currency,
        },
        at=planned.planned_at,
        note=planned.text.in_("en")[:500],
    )


def _done_already(code: str) -> Publication | None:
    """What the same form made when it was sent before."""
    token = sent_token()
    if not token:
        return None
    found = select(Publication).where(Publication.token == token, Publication.family_code == code)
    return reading().exec(found).first()


def _done(planned: Publication) -> Response:
    if planned.state == State.DONE:
        flash(_("Published: version %(number)s is on sale.", number=planned.number), "done")
    elif planned.state == State.PLANNED:
        flash(_("Planned. The worker will publish it at its time."), "done")
    else:
        flash(_("Something else was published meanwhile. Look at it once more."), "warning")
    return redirect(url_for(TAB, code=planned.family_code), 303)


def _page(about: Subject, form: PublishForm, status: int = 200) -> Response:
    planned = [each for each in publication.of(reading(), about.code) if each.state != State.DONE]
    page = room(
        "staff/catalogue/publishing.html",
        about.page,
        TAB,
        **_context(about),
        entries=form,
        codes=list(LANGUAGES),
        edits=_edits(about),
        planned=planned[:8],
        versions=_versions(about.code),
        made=publication.by_number(reading(), about.code),
        rehearsals={each.id for each in task.finished(reading(), Kind.REHEARSAL, limit=4 * MOST_VERSIONS)},
    )
    return make_response(page, status)


def _edits(about: Subject) -> list[Any] | None:
    """What would be different in the shop; None of a family that was never on sale."""
    sold = about.page.sold
    return shown(sold, about.family) if sold is not None else None


def _context(about: Subject) -> dict[str, Any]:
    readiness = Readiness(about)
    return {
        "about": about,
        "ready": readiness,
        "shown": readiness.proof,
        "rehearsal": readiness.rehearsal,
        "standings": STANDINGS,
        "things": THINGS,
        "currency": about.family.currency,
        "named_at_most": NAMED,
    }


def _versions(code: str) -> list[Any]:
    """Number, time and author of the versions, the newest first."""
    columns = (PublishedVersion.number, PublishedVersion.published_at, PublishedVersion.author)
    newest = select(*columns).where(PublishedVersion.family_code == code)
    ordered = newest.order_by(col(PublishedVersion.number).desc()).limit(MOST_VERSIONS)
    return list(reading().exec(ordered))
