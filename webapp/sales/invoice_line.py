"""Invoice lines: what was sold, at what rate it is taxed, and how it came to its amount."""

from decimal import Decimal
from typing import Any, NamedTuple

from catalog.model import Texts
from webapp.sales import tax
from webapp.sales.order import Order
from webapp.sales.order_line import OrderLine
from webapp.sales.tax import DELIVERY, TaxedShare

NOTHING = Texts({})


class InvoiceLine(NamedTuple):
    """One line: `amount` is for all pieces, tax included, after what comes off, which `reductions` name."""

    position: int
    label: Texts
    details: Texts
    quantity: int
    unit: int
    reductions: tuple[tuple[Texts, int], ...]
    percent: Decimal
    amount: int
    tax: int

    @property
    def net(self) -> int:
        return self.amount - self.tax

    @property
    def share(self) -> TaxedShare:
        return TaxedShare(self.position, self.percent, self.amount, self.tax)

    def row(self) -> dict[str, Any]:
        return self._asdict() | {
            "label": dict(self.label.root),
            "details": dict(self.details.root),
            "reductions": [[dict(label.root), amount] for label, amount in self.reductions],
            "percent": str(self.percent),
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "InvoiceLine":
        made = {
            "label": Texts(row["label"]),
            "details": Texts(row["details"]),
            "reductions": tuple((Texts(label), amount) for label, amount in row["reductions"]),
            "percent": Decimal(row["percent"]),
        }
        return cls(**(row | made))


def of_order(order: Order) -> list[InvoiceLine]:
    """The order's lines and its delivery, each with its rate and the tax within."""
    off: dict[int, list[tuple[Texts, int]]] = {}
    for each in order.reductions:
        off.setdefault(each.position, []).append((Texts(each.label), each.amount))
    by_position = {line.position: line for line in order.lines}
    found: list[InvoiceLine] = []
    for share in _shares(order):
        same = share.percent, share.gross, share.tax
        if share.position == DELIVERY:
            title = order.delivery.title
            found.append(InvoiceLine(DELIVERY, title, NOTHING, 1, share.gross, (), *same))
            continue
        line = by_position[share.position]
        name, reductions = _name(line), tuple(off.get(line.position, ()))
        found.append(
            InvoiceLine(line.position, name, _details(line), line.quantity, line.total, reductions, *same)
        )
    return sorted(found, key=lambda line: (line.position == DELIVERY, line.position))


def negative(line: InvoiceLine) -> InvoiceLine:
    reductions = tuple((label, -amount) for label, amount in line.reductions)
    return line._replace(unit=-line.unit, reductions=reductions, amount=-line.amount, tax=-line.tax)


def _shares(order: Order) -> list[TaxedShare]:
    """The tax as the order keeps it; orders of old kept it in one sum."""
    if order.taxed:
        return [each.share for each in order.taxed]
    rate = Decimal(order.tax_percent)
    return tax.shares([(line.position, line.amount, rate) for line in order.lines], order.delivery.price)


def _name(line: OrderLine) -> Texts:
    """What one piece of it is: family and base model."""
    model = line.listed[0].title.root if line.parts else {}
    return Texts(
        {
            language: ", ".join(filter(None, (title, model.get(language, ""))))
            for language, title in line.title.root.items()
        }
    )


def _details(line: OrderLine) -> Texts:
    """What it consists of besides, so that the invoice says what was sold."""
    rest = line.listed[1:]
    if not rest:
        return NOTHING
    return Texts(
        {
            language: ", ".join(filter(None, (part.title.root.get(language, "") for part in rest)))
            for language in line.title.root
        }
    )
