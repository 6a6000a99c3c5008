"""Demand: what a click met and was offered, and what the worker counts from clicks, builds and orders."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("touchpoints", sa.Column("detail", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "demand_progress",
        sa.Column("name", String(length=20), nullable=False),
        sa.Column("reached", BigKey, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_demand_progress")),
    )
    op.create_table(
        "demand_journeys",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("visitor", String(length=22), nullable=True),
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("furthest", sa.SmallInteger(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=True),
        sa.Column("cart_at", Moment(), nullable=True),
        sa.Column("checkout_at", Moment(), nullable=True),
        sa.Column("ordered_at", Moment(), nullable=True),
        sa.Column("clicks_to_save", sa.Integer(), nullable=True),
        sa.Column("last_group", String(length=60), nullable=True),
        sa.Column("open_refusal", BigKey, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_journeys")),
    )
    op.create_index("ix_demand_journeys_visitor", "demand_journeys", ["visitor", "family"])
    op.create_index("ix_demand_journeys_family", "demand_journeys", ["family", "began_at"])
    op.create_table(
        "demand_refusals",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("journey_id", BigKey, nullable=False),
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("option_group", String(length=60), nullable=False),
        sa.Column("option", String(length=60), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("question", String(length=32), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("repairs", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=True),
        sa.Column("outcome", String(length=10), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=True),
        sa.Column("paid", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["id"], ["touchpoints.id"], name=op.f("fk_demand_refusals_id_touchpoints"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"],
            ["demand_journeys.id"],
            name=op.f("fk_demand_refusals_journey_id_demand_journeys"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_refusals")),
    )
    op.create_index("ix_demand_refusals_family", "demand_refusals", ["family", "at"])
    op.create_index("ix_demand_refusals_question", "demand_refusals", ["question"])
    op.create_index(op.f("ix_demand_refusals_journey_id"), "demand_refusals", ["journey_id"])
    op.create_table(
        "demand_refusal_rules",
        sa.Column("refusal_id", BigKey, nullable=False),
        sa.Column("rule", String(length=70), nullable=False),
        sa.ForeignKeyConstraint(
            ["refusal_id"],
            ["demand_refusals.id"],
            name=op.f("fk_demand_refusal_rules_refusal_id_demand_refusals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("refusal_id", "rule", name=op.f("pk_demand_refusal_rules")),
    )
    op.create_index(op.f("ix_demand_refusal_rules_rule"), "demand_refusal_rules", ["rule"])
    op.create_table(
        "demand_answers",
        sa.Column("rule", String(length=70), nullable=False),
        sa.Column("question", String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("rule", "question", name=op.f("pk_demand_answers")),
    )
    op.create_table(
        "demand_options",
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("option_group", String(length=60), nullable=False),
        sa.Column("option", String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("family", "place", name=op.f("pk_demand_options")),
        sa.UniqueConstraint("family", "option_group", "option", name=op.f("uq_demand_options_family")),
    )
    op.create_table(
        "demand_part_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=True),
        sa.Column("order_line_id", sa.Integer(), nullable=True),
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("picked", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_demand_part_sets_build_id_builds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name=op.f("fk_demand_part_sets_order_line_id_order_lines"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_part_sets")),
        sa.UniqueConstraint("build_id", name=op.f("uq_demand_part_sets_build_id")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_demand_part_sets_order_line_id")),
    )
    op.create_index("ix_demand_part_sets_family", "demand_part_sets", ["family", "day"])


def downgrade() -> None:
    for name in (
        "part_sets",
        "options",
        "answers",
        "refusal_rules",
        "refusals",
        "journeys",
        "progress",
    ):
        op.drop_table(f"demand_{name}")
    op.drop_column("touchpoints", "detail")
