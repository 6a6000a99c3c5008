"""Builds are listed by their last change."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_builds_owner_changed_at", "builds", ["owner", "changed_at"])


def downgrade() -> None:
    op.drop_index("ix_builds_owner_changed_at", table_name="builds")
