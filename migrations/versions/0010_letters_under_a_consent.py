"""Letters say under which consent they leave, so that those which still wait end with it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_outbox_consent_id"), ["consent_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_consent_id_consents"),
            "consents",
            ["consent_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_consent_id_consents"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outbox_consent_id"))
        batch_op.drop_column("consent_id")
