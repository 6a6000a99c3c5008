"""The workshop's working days, how much it finishes in a week, and which orders have their place there."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "closed_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", String(length=80), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_days")),
    )
    op.create_table(
        "weekly_patterns",
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("weekdays", String(length=7), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_weekly_patterns")),
    )
    op.create_table(
        "week_capacities",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("monday", name=op.f("pk_week_capacities")),
    )
    op.create_table(
        "bookings",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_bookings_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "monday", name=op.f("pk_bookings")),
    )
    op.create_index(op.f("ix_bookings_monday"), "bookings", ["monday"])
    op.create_index("ix_deliveries_method", "deliveries", ["method", "first_day"])


def downgrade() -> None:
    op.drop_index("ix_deliveries_method", table_name="deliveries")
    for table in ("bookings", "week_capacities", "weekly_patterns", "closed_days"):
        op.drop_table(table)
