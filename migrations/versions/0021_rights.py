"""What people ask about their data, the proofs of what was erased, and invoices that may go after their time."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime

# As long as § 147 AO and § 257 HGB ask for, from the end of the year.
KEPT = {
    "sqlite": "WHEN OLD.issued_on >= date('now', 'start of year', '-8 years')",
    "postgresql": "WHEN (OLD.issued_on >= (date_trunc('year', CURRENT_DATE) - interval '8 years')::date)",
}


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", String(length=16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("channel", String(length=20), nullable=False),
        sa.Column("hashes", sa.JSON(), nullable=False),
        sa.Column("orders_kept", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("code", name=op.f("uq_erasures_code")),
    )
    op.create_table(
        "unfinished_erasures",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("erasure_code", String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name=op.f("fk_unfinished_erasures_order_id_orders"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_unfinished_erasures")),
    )
    op.create_table(
        "past_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erasure_code", String(length=16), nullable=False),
        sa.Column("purpose", String(length=40), nullable=False),
        sa.Column("edition", String(length=20), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("channel", String(length=20), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_consents")),
    )
    op.create_index("ix_past_consents_erasure_code", "past_consents", ["erasure_code"])
    op.create_index("ix_past_consents_withdrawn_at", "past_consents", ["withdrawn_at"])
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", String(length=16), nullable=False),
        sa.Column("token", String(length=64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("kind", String(length=20), nullable=False),
        sa.Column("channel", String(length=20), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("email", String(length=254), nullable=False),
        sa.Column("name", String(length=100), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_rights_requests_customer_id_customers"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_rights_requests_code")),
        sa.UniqueConstraint("token", name=op.f("uq_rights_requests_token")),
    )
    op.create_index("ix_rights_requests_customer_id", "rights_requests", ["customer_id"])
    op.create_index("ix_rights_requests_answered_at", "rights_requests", ["answered_at"])
    for act in ("UPDATE", "DELETE"):
        guard("erasures", act)
    drop_guard("invoices", "DELETE")
    guard("invoices", "DELETE", KEPT[op.get_bind().dialect.name])


def guard(table: str, act: str, when: str = "") -> None:
    head = f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW {when}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END")


def drop_guard(table: str, act: str) -> None:
    on_table = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {table}_no_{act.lower()}{on_table}")


def downgrade() -> None:
    drop_guard("invoices", "DELETE")
    guard("invoices", "DELETE")
    for table in ("rights_requests", "past_consents", "unfinished_erasures", "erasures"):
        op.drop_table(table)
