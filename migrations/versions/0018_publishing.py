"""Long jobs on documents, what rehearsals find, publications with their notes, and the limits that owners set."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", String(length=20), nullable=False),
        sa.Column("family_code", String(length=64), nullable=False),
        sa.Column("sha256", String(length=64), nullable=False),
        sa.Column("beside", sa.Integer(), nullable=False),
        sa.Column("asked_by", String(length=254), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("state", String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("trouble", String(length=500), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", String(length=22), nullable=True),
        sa.Column("claimed_until", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_state_claimed_until", "tasks", ["state", "claimed_until"])
    op.create_index("ix_tasks_family_code_kind_sha256", "tasks", ["family_code", "kind", "sha256"])
    op.create_table(
        "rehearsed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("thing", String(length=10), nullable=False),
        sa.Column("ref", String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner", String(length=22), nullable=True),
        sa.Column("name", String(length=100), nullable=False),
        sa.Column("before", String(length=16), nullable=False),
        sa.Column("after", String(length=16), nullable=False),
        sa.Column("currency", String(length=3), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("was", sa.Integer(), nullable=True),
        sa.Column("now", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_rehearsed_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsed")),
    )
    op.create_index("ix_rehearsed_task_id_thing_after", "rehearsed", ["task_id", "thing", "after"])
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", String(length=64), nullable=False),
        sa.Column("family_code", String(length=64), nullable=False),
        sa.Column("sha256", String(length=64), nullable=False),
        sa.Column("beside", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("rehearsal", sa.Integer(), nullable=True),
        sa.Column("planned_by", String(length=100), nullable=False),
        sa.Column("planned_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("state", String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("token", name=op.f("uq_publications_token")),
    )
    op.create_index("ix_publications_state_due_at", "publications", ["state", "due_at"])
    op.create_index("ix_publications_family_code_number", "publications", ["family_code", "number"])
    op.create_table(
        "publishing_limits",
        sa.Column("family_code", String(length=64), nullable=False),
        sa.Column("most_builds", sa.Integer(), nullable=True),
        sa.Column("most_percent", sa.Integer(), nullable=True),
        sa.Column("most_money", sa.Integer(), nullable=True),
        sa.Column("set_by", String(length=100), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("family_code", name=op.f("pk_publishing_limits")),
    )


def downgrade() -> None:
    op.drop_table("publishing_limits")
    op.drop_table("publications")
    op.drop_table("rehearsed")
    op.drop_table("tasks")
