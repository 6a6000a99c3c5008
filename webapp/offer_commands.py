"""Offers by command, until the desk makes them."""

from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from catalog.money import decimal_text, minor_units
from webapp import clock
from webapp.catalogues import published
from webapp.database import reading, reading_rows, writing
from webapp.sales import offer
from webapp.sales.offer import AMOUNT, LONGEST_CODE, PERCENT, Offer

offers = AppGroup("offer", help="Codes that take something off an order.")

A_DAY = click.DateTime(["%Y-%m-%d"])


@offers.command("add")
@click.argument("code")
@click.option("--ru", required=True, help="What it is called on orders, in Russian.")
@click.option("--en", required=True, help="The same in English.")
@click.option("--percent", help="Off each line, such as 10 or 7.5.")
@click.option("--amount", help="Off the order once, such as 50.00.")
@click.option("--currency", default="EUR", show_default=True, help="Of the amount.")
@click.option("--family", help="The code of the family it is for; without it, all.")
@click.option("--from", "first_day", type=A_DAY, help="Its first day.")
@click.option("--until", "last_day", type=A_DAY, help="Its last day.")
@click.option("--uses", type=click.IntRange(1), help="How many orders in all; without it, any number.")
@click.option("--many", is_flag=True, help="Again and again for the same customer or address.")
def add_offer(
    code: str,
    ru: str,
    en: str,
    percent: str | None,
    amount: str | None,
    currency: str,
    family: str | None,
    first_day: datetime | None,
    last_day: datetime | None,
    uses: int | None,
    many: bool,
) -> None:
    """Makes a code that takes an amount or a percentage off."""
    code = offer.normal(code)
    if not code.isprintable() or not 1 <= len(code) <= LONGEST_CODE:
        raise click.ClickException(f"a code has 1 to {LONGEST_CODE} characters")
    if (percent is None) == (amount is None):
        raise click.ClickException("give either --percent or --amount")
    if first_day and last_day and first_day > last_day:
        raise click.ClickException("its last day comes before its first")
    if family is not None and published.current(reading_rows(), family) is None:
        raise click.ClickException(f"no such family: {family}")
    fresh = Offer(
        code=code,
        label={"ru": ru, "en": en},
        kind=PERCENT if percent is not None else AMOUNT,
        value=_percentage(percent) if percent is not None else _amount(amount or "", currency),
        currency=None if percent is not None else currency,
        family=family,
        first_day=_day(first_day),
        last_day=_day(last_day),
        most_uses=uses,
        once=not many,
        made_at=clock.now(),
    )
    if offer.find(reading(), code) is not None:
        raise click.ClickException(f"there is an offer {code} already")
    try:
        with writing() as session:
            session.add(fresh)
    except IntegrityError:
        raise click.ClickException(f"there is an offer {code} already") from None
    click.echo(f"{code}: made")


@offers.command("list")
def list_offers() -> None:
    """Lists all offers, and how often each was used."""
    for each in offer.all_of(reading()):
        value = f"{each.value} %" if each.kind == PERCENT else f"{each.value} minor units of {each.currency}"
        days = f"{each.first_day or '…'} to {each.last_day or '…'}"
        used = f"used {each.uses} of {each.most_uses or 'any number'}"
        click.echo(f"{each.code}: {value}, {each.family or 'all families'}, {days}, {used}")


def _percentage(text: str) -> str:
    """Per cent as it is kept; two decimals at the most, above 0 and up to 100."""
    try:
        hundredths = minor_units(text, "EUR")  # two digits after the point
    except ValueError:
        hundredths = 0
    if not 0 < hundredths <= 100_00:
        raise click.ClickException(f"not a percentage above 0 and up to 100: {text}")
    return decimal_text(hundredths, "EUR").rstrip("0").rstrip(".")


def _amount(text: str, currency: str) -> str:
    try:
        amount = minor_units(text, currency)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if amount <= 0:
        raise click.ClickException("an amount is above 0")
    return str(amount)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
