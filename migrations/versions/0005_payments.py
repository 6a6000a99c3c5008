"""What we ask people to pay, what goes back, what Stripe says about it; a deposit may be agreed."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
LIVE = sa.text("state IN ('created', 'open', 'pending')")


def upgrade() -> None:
    op.add_column("orders", sa.Column("deposit", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "payments", sa.Column("provider", String(length=20), server_default="offline", nullable=False)
    )
    op.add_column("payments", sa.Column("reference", String(length=120), nullable=True))
    op.create_index("ix_payments_provider_reference", "payments", ["provider", "reference"], unique=True)
    op.create_table(
        "payment_intents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("code", String(length=16), nullable=False),
        sa.Column("purpose", String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", String(length=3), nullable=False),
        sa.Column("provider", String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", String(length=80), nullable=False),
        sa.Column("session_id", String(length=255), nullable=True),
        sa.Column("session_url", sa.Text(), nullable=True),
        sa.Column("state", String(length=10), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_payment_intents_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["payments.id"],
            name=op.f("fk_payment_intents_payment_id_payments"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_intents")),
        sa.UniqueConstraint("code", name=op.f("uq_payment_intents_code")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_intents_idempotency_key")),
        sa.UniqueConstraint("order_id", "attempt", name=op.f("uq_payment_intents_order_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_payment_intents_payment_id")),
        sa.UniqueConstraint("session_id", name=op.f("uq_payment_intents_session_id")),
    )
    op.create_index(
        "ix_payment_intents_live",
        "payment_intents",
        ["order_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("code", String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", String(length=3), nullable=False),
        sa.Column("reason", String(length=20), nullable=False),
        sa.Column("idempotency_key", String(length=120), nullable=False),
        sa.Column("reference", String(length=100), nullable=True),
        sa.Column("state", String(length=10), nullable=False),
        sa.Column("who", String(length=100), nullable=False),
        sa.Column("trouble", String(length=500), nullable=False),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_refunds_payment_id_payments"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("code", name=op.f("uq_refunds_code")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refunds_idempotency_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_refunds_reference")),
    )
    op.create_index(op.f("ix_refunds_payment_id"), "refunds", ["payment_id"])
    op.create_table(
        "stripe_events",
        sa.Column("id", String(length=255), nullable=False),
        sa.Column("type", String(length=100), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("handled", String(length=10), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("payment_reference", String(length=120), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_stripe_events_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_events")),
    )
    op.create_index(op.f("ix_stripe_events_order_id"), "stripe_events", ["order_id"])
    op.create_index(op.f("ix_stripe_events_payment_reference"), "stripe_events", ["payment_reference"])
    op.create_table(
        "disputes",
        sa.Column("id", String(length=100), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", String(length=3), nullable=False),
        sa.Column("reason", String(length=60), nullable=False),
        sa.Column("status", String(length=40), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("answer_by", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_disputes_payment_id_payments"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_payment_id"), "disputes", ["payment_id"])


def downgrade() -> None:
    for table in ("disputes", "stripe_events", "refunds", "payment_intents"):
        op.drop_table(table)
    op.drop_index("ix_payments_provider_reference", table_name="payments")
    op.drop_column("payments", "reference")
    op.drop_column("payments", "provider")
    op.drop_column("orders", "deposit")
