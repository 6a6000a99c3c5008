"""Touchpoints may say whose they are while that is allowed; what customers state, switch off and were asked."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    with op.batch_alter_table("touchpoints") as batch_op:
        batch_op.add_column(sa.Column("customer_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ref", String(length=40), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_touchpoints_customer_id_customers"),
            "customers",
            ["customer_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index("ix_touchpoints_customer_id_at", "touchpoints", ["customer_id", "at"])
    op.create_table(
        "stated_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("trait", String(length=60), nullable=False),
        sa.Column("value", String(length=60), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_stated_facts_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stated_facts")),
        sa.UniqueConstraint("customer_id", "trait", "value", name=op.f("uq_stated_facts_customer_id")),
    )
    op.create_table(
        "unused_facts",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_unused_facts_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", "kind", name=op.f("pk_unused_facts")),
    )
    op.create_table(
        "asked_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("trait", String(length=60), nullable=False),
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_asked_questions_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_questions")),
    )
    op.create_index("ix_asked_questions_customer_id_asked_at", "asked_questions", ["customer_id", "asked_at"])


def downgrade() -> None:
    for table in ("asked_questions", "unused_facts", "stated_facts"):
        op.drop_table(table)
    op.drop_index("ix_touchpoints_customer_id_at", table_name="touchpoints")
    with op.batch_alter_table("touchpoints") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_touchpoints_customer_id_customers"), type_="foreignkey")
        batch_op.drop_column("customer_id")
        batch_op.drop_column("ref")
