"""What follows of acts, for segments; the address that somebody tells; letters called back while they are under way."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def customer(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_customer_id_customers")
    return sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "inferred_preferences",
        sa.Column("trait", String(60), nullable=False),
        sa.Column("value", String(60), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        customer("inferred_preferences"),
        sa.PrimaryKeyConstraint("trait", "value", "customer_id", name=op.f("pk_inferred_preferences")),
    )
    op.create_index("ix_inferred_preferences_customer_id", "inferred_preferences", ["customer_id"])
    op.create_table(
        "preference_reckonings",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("sold", String(64), nullable=False),
        customer("preference_reckonings"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_preference_reckonings")),
    )
    op.create_table(
        "stated_addresses",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("street", String(120), nullable=False),
        sa.Column("extra", String(120), nullable=False),
        sa.Column("postcode", String(12), nullable=False),
        sa.Column("city", String(80), nullable=False),
        sa.Column("country", String(2), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        customer("stated_addresses"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_stated_addresses")),
    )
    op.add_column("outbox", sa.Column("called_back_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "called_back_at")
    for table in ("stated_addresses", "preference_reckonings", "inferred_preferences"):
        op.drop_table(table)
