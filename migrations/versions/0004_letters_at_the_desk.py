"""Every try to send a letter is kept, dead letters are found at once, and some letters are secret."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GIVEN_UP = sa.text("given_up_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "outbox_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("trouble", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["outbox.id"], name=op.f("fk_outbox_tries_letter_id_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_tries")),
    )
    op.create_index(op.f("ix_outbox_tries_letter_id"), "outbox_tries", ["letter_id"])
    op.add_column("outbox", sa.Column("secret", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_outbox_given_up", "outbox", ["given_up_at"], sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_given_up", table_name="outbox")
    op.drop_column("outbox", "secret")
    op.drop_index(op.f("ix_outbox_tries_letter_id"), table_name="outbox_tries")
    op.drop_table("outbox_tries")
