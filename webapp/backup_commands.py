"""The commands that keep a shop safe: `flask --app webapp backup` and `restore`."""

import sqlite3
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp import archive, backup, clock, forgetting, restore, settings
from webapp.database import here


@click.command("backup")
@with_appcontext
@click.argument("place", type=click.Path(path_type=Path))
@click.option("--mail", "with_mail", is_flag=True, help="With the letters in the instance folder.")
def back_up(place: Path, with_mail: bool) -> None:
    """Writes the whole shop into a new file (or into a folder, named after the moment), while it is open."""
    try:
        place, contents = backup.back_up(here(), settings.current(), place, at=clock.now(), letters=with_mail)
    except (backup.NotMigrated, archive.Damaged, OSError, sqlite3.Error) as error:
        raise click.ClickException(f"no backup: {error}") from None
    click.echo(
        f"{place}: {sum(contents.rows.values())} rows, {len(contents.files) - 1} files, read again and sound"
    )


@click.command("restore")
@with_appcontext
@click.argument("place", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Even where there is a shop already: it is gone then.")
@click.option("--check", "only_check", is_flag=True, help="Only read the file and say whether it is sound.")
def restore_shop(place: Path, overwrite: bool, only_check: bool) -> None:
    """Puts the shop of a backup in place, its tables brought to today's shape; whoever was erased since stays so."""
    shop, forgotten = settings.current(), 0
    try:
        if only_check:
            contents, signs_alike = restore.check(place, shop.instance), True
        else:
            erased = forgetting.known(here(), shop.instance)
            contents, signs_alike = restore.restore(here(), shop, place, overwrite=overwrite)
            forgotten = forgetting.again(here(), erased)
    except restore.NotEmpty as error:
        raise click.ClickException(f"there is a shop here ({error}); --overwrite replaces it") from None
    except (archive.Damaged, restore.Unknown) as error:
        raise click.ClickException(str(error)) from None
    word = "sound" if only_check else "restored"
    click.echo(
        f"{word}: {sum(contents.rows.values())} rows, {len(contents.files) - 1} files, "
        f"as of {contents.made_at:%Y-%m-%d %H:%M} UTC"
    )
    if forgotten:
        click.echo(f"erased again, as had been asked after this backup was made: {forgotten}")
    if not signs_alike:
        click.echo("the signing key is another one: links in letters of that shop do not open here", err=True)
