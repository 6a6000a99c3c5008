"""Drafts: what editors make of a family before it is published, each save a revision."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "draft_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_code", String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("act", String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", String(length=64), nullable=False),
        sa.Column("author", String(length=254), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("note", String(length=500), nullable=False),
        sa.Column("merged_from", sa.Integer(), nullable=True),
        sa.Column("token", String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_revisions")),
        sa.UniqueConstraint("family_code", "number", name=op.f("uq_draft_revisions_family_code")),
        sa.UniqueConstraint("token", name=op.f("uq_draft_revisions_token")),
    )


def downgrade() -> None:
    op.drop_table("draft_revisions")
