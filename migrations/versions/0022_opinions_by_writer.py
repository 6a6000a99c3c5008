"""Comments and proposals are found by who wrote them: they come along when that guest signs in."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("comments", "proposals"):
        op.create_index(op.f(f"ix_{table}_writer"), table, ["writer"])


def downgrade() -> None:
    for table in ("comments", "proposals"):
        op.drop_index(op.f(f"ix_{table}_writer"), table_name=table)
