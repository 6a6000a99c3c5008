"""Accounts that became one; two of whom somebody said that they are two; by which pieces duplicates are found."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
KNOWN = ("customers", "orders")


def upgrade() -> None:
    op.create_table(
        "merged_accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", String(64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=True),
        sa.Column("owner", String(22), nullable=False),
        sa.Column("email", String(254), nullable=False),
        sa.Column("name", String(100), nullable=False),
        sa.Column("phone", String(30), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("how", String(20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("staff_name", String(100), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_merged_accounts_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merged_accounts")),
        sa.UniqueConstraint("token", name=op.f("uq_merged_accounts_token")),
    )
    for column in ("customer_id", "merged_id", "owner", "email"):
        op.create_index(op.f(f"ix_merged_accounts_{column}"), "merged_accounts", [column])
    op.create_table(
        "different_people",
        sa.Column("one", String(22), nullable=False),
        sa.Column("other", String(22), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("staff_name", String(100), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_different_people")),
    )
    op.create_index(op.f("ix_different_people_other"), "different_people", ["other"])
    for table in KNOWN:  # the search learns them anew, now with what duplicates are found by
        op.execute(
            f"INSERT INTO search_changes (thing, row_id) SELECT '{table}', id FROM {table} ORDER BY id"
        )


def downgrade() -> None:
    op.drop_table("different_people")
    op.drop_table("merged_accounts")
