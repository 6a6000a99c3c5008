"""The rate at which a line is taxed: by its family's class, where that says one, and the country of delivery."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from webapp.catalogues import published
from webapp.sales import tax
from webapp.sales.specification import Specification


def class_of(rows: Connection, line: Specification) -> str | None:
    """The class that the version of the family says from which the line was made; None where it says none."""
    version = published.version(rows, line.family, line.version)
    return version.family.tax_class if version else None


def percent(rows: Connection, line: Specification, country: str, day: date) -> Decimal:
    return tax.percent(country, Decimal(line.tax_percent), day, class_of(rows, line))
