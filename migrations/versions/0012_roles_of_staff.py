"""Roles of staff: who was there before there were roles may go on doing everything."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "staff_members",
        sa.Column("roles", sa.String(length=100), nullable=False, server_default=sa.text("''")),
    )
    op.execute("UPDATE staff_members SET roles = 'owner'")


def downgrade() -> None:
    op.drop_column("staff_members", "roles")
