"""Revisions of orders: what an order was before its customer changed it stays beside what it is now."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REVISED = ("orders", "order_lines", "order_reductions", "order_taxes")


def upgrade() -> None:
    for table in REVISED:
        op.add_column(table, sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.create_table(
        "order_revisions",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_revisions_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_revisions")),
        sa.UniqueConstraint("token", name=op.f("uq_order_revisions_token")),
    )


def downgrade() -> None:
    op.drop_table("order_revisions")
    for table in REVISED:
        op.drop_column(table, "revision")
