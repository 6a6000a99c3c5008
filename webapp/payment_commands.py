"""The commands about payments: `flask --app webapp payments …`."""

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.account import reconciliation

payments = AppGroup("payments", help="What people pay, and what goes back.")


@payments.command("reconcile")
def reconcile() -> None:
    """Reads what lost or late messages would have said, and asks again what was not answered."""
    report = reconciliation.reconcile(at=clock.now())
    click.echo(
        f"{report.intents} payments and {report.refunds} refunds looked at, {report.unknown} still unknown"
    )
    if report.unknown:
        raise SystemExit(1)
