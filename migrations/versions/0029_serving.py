"""Calls, visits and notes; what is to be done for a customer; who looks after them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def key(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", String(64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("way", String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("staff_name", String(100), nullable=False),
        key("contacts", "customer_id", "customers", "CASCADE"),
        key("contacts", "staff_member_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("token", name=op.f("uq_contacts_token")),
    )
    op.create_index("ix_contacts_customer_id_at", "contacts", ["customer_id", "at"])
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", String(64), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("words", String(300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", String(100), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", String(100), nullable=False),
        key("errands", "customer_id", "customers", "CASCADE"),
        key("errands", "staff_member_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("token", name=op.f("uq_errands_token")),
    )
    for column in ("customer_id", "staff_member_id"):
        op.create_index(f"ix_errands_{column}_done_at", "errands", [column, "done_at"])
    op.create_table(
        "managers",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        key("managers", "customer_id", "customers", "CASCADE"),
        key("managers", "staff_member_id", "staff_members", "RESTRICT"),
        key("managers", "stand_in_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_managers")),
    )
    for column in ("staff_member_id", "stand_in_id"):
        op.create_index(op.f(f"ix_managers_{column}"), "managers", [column])


def downgrade() -> None:
    for table in ("managers", "errands", "contacts"):
        op.drop_table(table)
