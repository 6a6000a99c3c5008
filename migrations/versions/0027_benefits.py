"""Customers may turn off what the shop makes of their profile, each thing by itself."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.add_column(
        "customers",
        sa.Column("benefits_off", String(length=60), server_default=sa.text("''"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("customers", "benefits_off")
