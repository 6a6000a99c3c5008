"""The commands: `flask --app webapp …`."""

import logging
import secrets
from datetime import UTC
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlmodel import Session

from catalog import cases, exporter, health, loader, uvl
from catalog.health import Health
from catalog.model import Family
from webapp import (
    clock,
    demo_customers,
    demo_levels,
    demo_talk,
    mail,
    migration,
    outbox,
    settings,
    staff_commands,
    translations,
)
from webapp.backup_commands import back_up, restore_shop
from webapp.catalogues import version
from webapp.customers import staff_member
from webapp.customers.staff_member import StaffMember
from webapp.customers.staff_role import Role
from webapp.database import here, reading, writing
from webapp.languages import CATALOGUES, LANGUAGES
from webapp.offer_commands import offers
from webapp.payment_commands import payments
from webapp.sales.recomputation import Recomputation
from webapp.seed import seed
from webapp.worker import Worker

DEMO_FAMILIES = Path(__file__).resolve().parent.parent / "catalog" / "data"
DEMO_AUTHOR = "demo"
DEMO_STAFF = "desk@lekalo.example"

PRICES = click.option(
    "--prices",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the features of a UVL file cost: a FeatureIDE model (XML) with their attribute Price.",
)

catalogue = AppGroup("catalogue", help="Families: from files into the shop and back.")
staff = AppGroup("staff", help="Members of staff.")
database = AppGroup("database", help="The tables of the database.")
translation = AppGroup("translations", help="The texts of the site in each language.")
letters = AppGroup("mail", help="Letters of the shop.")
totals = AppGroup("totals", help="Every total ever shown.")


@catalogue.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--author", default="import", help="Who publishes, as kept with the version.")
@PRICES
def import_families(paths: tuple[Path, ...], author: str, prices: Path | None) -> None:
    """Publishes families from folders (or UVL files); one that is faulty, or allows nothing, replaces nothing."""
    for path in paths:
        _publish(path, author, prices)


@catalogue.command("export")
@click.argument("code")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--number", type=int, help="An older version; the current one without it.")
def export_family(code: str, folder: Path, number: int | None) -> None:
    """Writes a published family into a folder, in the format that import reads."""
    found = version.find(reading(), code, number)
    if found is None:
        raise click.ClickException(f"no such family or version: {code}")
    try:
        exporter.export(version.read(found.document), folder)
    except FileExistsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{code}: version {found.number} written to {folder}")


@catalogue.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@PRICES
def check_families(paths: tuple[Path, ...], prices: Path | None) -> None:
    """Lists all faults of family folders (or UVL files), and what is odd about them, without publishing anything."""
    for path in paths:
        family, findings = _sound(path, prices)
        options = sum(len(group.options) for group in family.groups)
        rules = len(family.rules) + len(family.resources)
        click.echo(f"{family.code}: sound, {len(family.groups)} groups, {options} options, {rules} rules")
        for remark in findings.remarks():
            click.echo(f"{family.code}: {remark}")


@staff.command("add")
@click.argument("email")
@click.option("--name", default="", help="As colleagues and customers read it.")
@click.option("--password", help="Asked for when not given.")
@click.option(
    "--role",
    "names",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are there for, once or several times. Without it roles stay; the first of all is the owner.",
)
@click.option(
    "--new-authenticator", is_flag=True, help="Their next sign-in sets up another app: the old one is lost."
)
def add_staff(
    email: str, name: str, password: str | None, names: tuple[str, ...], new_authenticator: bool
) -> None:
    """Lets somebody sign in to the desk, or gives them a new password or other roles."""
    roles = tuple(Role(each) for each in names) or staff_commands.roles_so_far(email)
    if not roles:
        raise click.ClickException("say what they are there for: --role " + ", ".join(Role))
    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if "@" not in email:
        raise click.ClickException(f"not an e-mail address: {email}")
    if len(password) < staff_member.SHORTEST_PASSWORD:
        raise click.ClickException("a password has at least ten characters")
    staff_commands.add(email, name, password, roles, new_authenticator=new_authenticator)
    click.echo(f"{staff_member.normal(email)} can sign in: {', '.join(roles)}")


@database.command("upgrade")
def upgrade() -> None:
    """Brings the tables to today's shape."""
    migration.upgrade(here().url)


@database.command("check")
def check() -> None:
    """Fails where the tables differ from what the code declares."""
    migration.check(here().url)


@database.command("migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """Writes the next migration from what the code declares; read it before you keep it."""
    migration.new(here().url, message)


@translation.command("compile")
def compile_translations() -> None:
    """Makes the files that the site reads from those that people edit."""
    translations.compile_stale()


@translation.command("update")
@click.argument("names", nargs=-1, type=click.Choice(CATALOGUES))
def update_translations(names: tuple[str, ...]) -> None:
    """Collects the texts of the site, or of one audience, and adds what is new to each language."""
    translations.update(names or CATALOGUES)


@translation.command("check")
def check_translations() -> None:
    """Fails where a language lacks a text."""
    lacking = list(translations.missing())
    for line in lacking:
        click.echo(line, err=True)
    if lacking:
        raise click.ClickException(f"{len(lacking)} texts are not translated; `make messages` collects them")


@letters.command("trial")
@click.argument("address")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en")
def trial_letter(address: str, language: str) -> None:
    """Puts a trial letter into the outbox."""
    letter = mail.trial(address, language)
    with writing() as session:
        outbox.put(session, letter, at=clock.now())
    click.echo("in the outbox; the worker sends it")


@totals.command("check")
def check_totals() -> None:
    """Reckons all totals of builds, promises and orders again from what is stored with them; fails on a difference."""
    recomputation = Recomputation(reading())
    found = 0
    for difference in recomputation.differences():
        found += 1
        click.echo(str(difference))
    click.echo(f"{recomputation.counted} totals, {found} differences")
    if found:
        raise SystemExit(1)


@click.command("worker")
@with_appcontext
@click.option("--once", is_flag=True, help="Do what is due and end.")
def worker(once: bool) -> None:
    """Sends letters and tidies up until told to stop."""
    if settings.current().log == "text":
        logging.basicConfig(level=logging.INFO, format="%(asctime)s worker: %(message)s")
    loop = Worker(here(), settings.current())
    if not once:
        loop.run()
    while once and loop.turn(clock.now()):
        pass


@click.command("prepare")
@with_appcontext
@click.option("--demo", is_flag=True, help="With the demo catalogues and a demo sign-in for staff.")
def prepare(demo: bool) -> None:
    """Makes everything ready to serve; harmless when it is ready already."""
    translations.compile_stale()
    migration.upgrade(here().url)
    if demo:
        for folder in sorted(place.parent for place in DEMO_FAMILIES.glob("*/family.toml")):
            _publish_demo(folder)
        _add_demo_staff()
        with writing() as session:
            demo_levels.make_ladder(session, clock.now())
            demo_customers.settle(session, _demo_member(session), settings.current().time_zone, clock.now())
            demo_talk.talk_a_little(session, _demo_member(session), settings.current().time_zone, clock.now())


COMMANDS = {
    command.name: command
    for command in (
        catalogue,
        staff,
        database,
        translation,
        payments,
        letters,
        totals,
        offers,
        worker,
        back_up,
        restore_shop,
        prepare,
        seed,
    )
    if command.name
}


def _publish(path: Path, author: str, prices: Path | None = None) -> None:
    family, _ = _sound(path, prices)
    with writing() as session:
        published, is_new = version.publish(session, family, author=author, at=clock.now())
    when = published.published_at.astimezone(UTC)
    news = "published" if is_new else f"unchanged since {when:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{family.code}: version {published.number} {news}")


def _publish_demo(folder: Path) -> None:
    """Publishes a demo catalogue, unless somebody has published one of their own in its place."""
    current = version.find(reading(), folder.name)
    if current is None or current.author == DEMO_AUTHOR:
        _publish(folder, DEMO_AUTHOR)
    else:
        click.echo(f"{folder.name}: version {current.number} by {current.author} stays")


def _sound(path: Path, prices: Path | None = None) -> tuple[Family, Health]:
    family = _loaded(path, prices)
    findings = health.examine(family, cases.trials(family))
    if obstacles := findings.obstacles():
        raise click.ClickException(f"{path}: {'; '.join(obstacles)}; nothing published")
    return family, findings


def _loaded(path: Path, prices: Path | None) -> Family:
    try:
        return uvl.load(path, prices) if path.suffix == ".uvl" else loader.load(path)
    except loader.Faults as found:
        for fault in found.faults:
            click.echo(str(path / str(fault)) if path.is_dir() else str(fault), err=True)
        raise click.ClickException(f"{path}: {len(found.faults)} faults, nothing published") from None


def _demo_member(session: Session) -> StaffMember:
    """The demo owner, who looks after the demo customers."""
    email = (Path(current_app.instance_path) / "demo-sign-in").read_text().split()[0]
    return next(one for one in staff_member.everybody(session) if one.email == email)


def _add_demo_staff() -> None:
    """A password of its own for every demo, kept beside its database so that each start can print it."""
    place = Path(current_app.instance_path) / "demo-sign-in"
    if not place.exists() or not place.read_text().strip():  # empty: ended between the two lines below
        place.touch(mode=0o600)
        place.write_text(f"{DEMO_STAFF} {secrets.token_urlsafe(9)}\n")
    email, password = place.read_text().split()
    if not staff_member.is_known(reading(), email):
        staff_commands.add(email, "Demo", password, (Role.OWNER,), is_demo=True)
