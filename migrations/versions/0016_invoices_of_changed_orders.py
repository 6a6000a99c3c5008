"""Invoices of changed orders, and where the invoice goes where nothing is brought to an address."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
ONCE = sa.text("kind IN ('invoice', 'cancellation')")


def upgrade() -> None:
    op.add_column(
        "invoices", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.drop_index("ix_invoices_once", table_name="invoices")
    _once("order_id", "revision", "kind")
    op.create_table(
        "billing_addresses",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("street", String(length=120), nullable=False),
        sa.Column("extra", String(length=120), nullable=False),
        sa.Column("postcode", String(length=12), nullable=False),
        sa.Column("city", String(length=80), nullable=False),
        sa.Column("country", String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_billing_addresses_order_id_orders"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_billing_addresses")),
    )


def downgrade() -> None:
    op.drop_table("billing_addresses")
    op.drop_index("ix_invoices_once", table_name="invoices")
    _once("order_id", "kind")  # fails where an order was changed: its second invoice has no place there
    op.drop_column("invoices", "revision")


def _once(*columns: str) -> None:
    """An order has one invoice, and one that takes it back."""
    op.create_index(
        "ix_invoices_once",
        "invoices",
        list(columns),
        unique=True,
        sqlite_where=ONCE,
        postgresql_where=ONCE,
    )
