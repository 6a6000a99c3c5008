"""What is said of an order's steps: the carrier's number, the fee of a cancellation, who cancelled."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
COLUMNS = {
    "tracking": (String(length=80), sa.text("''")),
    "tracking_link": (String(length=300), sa.text("''")),
    "fee": (sa.Integer(), sa.text("0")),
    "by_shopper": (sa.Boolean(), sa.false()),
}


def upgrade() -> None:
    for name, (kind, default) in COLUMNS.items():
        op.add_column("order_steps", sa.Column(name, kind, nullable=False, server_default=default))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("order_steps", name)
