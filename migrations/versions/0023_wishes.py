"""Refused clicks know when the same wish was clicked again, and their figures are read from one index."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Moment = sqlmodel.sql.sqltypes.UTCDateTime

AGAIN = """
UPDATE demand_refusals SET again_at = later.at FROM (
    SELECT id AS refusal, lead(at) OVER (PARTITION BY journey_id, option_group, option ORDER BY id) AS at
    FROM demand_refusals
) AS later
WHERE later.refusal = demand_refusals.id AND later.at IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("demand_refusals", sa.Column("again_at", Moment(), nullable=True))
    op.execute(AGAIN)
    op.create_index(
        "ix_demand_refusals_figures",
        "demand_refusals",
        [
            *("family", "at", "again_at", "option_group", "option", "outcome", "journey_id"),
            *("total", "extra", "paid", "question"),
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_demand_refusals_figures", table_name="demand_refusals")
    op.drop_column("demand_refusals", "again_at")
