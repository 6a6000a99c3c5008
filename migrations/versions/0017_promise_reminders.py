"""Promises about to end: whose owner has been reminded, and an index that finds them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promise_reminders",
        sa.Column("quote_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quote_id"],
            ["quotes.id"],
            name=op.f("fk_promise_reminders_quote_id_quotes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("quote_id", name=op.f("pk_promise_reminders")),
    )
    op.create_index("ix_quotes_until", "quotes", ["until"])


def downgrade() -> None:
    op.drop_index("ix_quotes_until", table_name="quotes")
    op.drop_table("promise_reminders")
