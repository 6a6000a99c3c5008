"""The cart; offers and what they took off orders; the tax within an order by line and rate."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
UNCHANGEABLE = ("order_reductions", "order_taxes")


def upgrade() -> None:
    op.create_table(
        "cart_lines",
        sa.Column("family", String(length=60), nullable=False),
        sa.Column("family_title", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", String(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("price_lines", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("currency", String(length=3), nullable=False),
        sa.Column("tax_percent", String(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", String(length=22), nullable=False),
        sa.Column("token", String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("name", String(length=60), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=True),
        sa.Column("build_number", sa.Integer(), nullable=True),
        sa.Column("quote_code", String(length=16), nullable=True),
        sa.Column("put_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_cart_lines_build_id_builds"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_lines")),
        sa.UniqueConstraint("owner", "token", name=op.f("uq_cart_lines_owner")),
    )
    op.create_index("ix_cart_lines_removed_at", "cart_lines", ["removed_at"])
    op.create_index(op.f("ix_cart_lines_build_id"), "cart_lines", ["build_id"])
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", String(length=30), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("kind", String(length=10), nullable=False),
        sa.Column("value", String(length=20), nullable=False),
        sa.Column("currency", String(length=3), nullable=True),
        sa.Column("family", String(length=60), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.CheckConstraint("most_uses IS NULL OR uses <= most_uses", name=op.f("ck_offers_uses")),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_offers_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("code", name=op.f("uq_offers_code")),
    )
    op.create_table(
        "offer_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("customer", String(length=22), nullable=True),
        sa.Column("email", String(length=254), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("fk_offer_uses_offer_id_offers"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_offer_uses_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_uses")),
        sa.UniqueConstraint("customer", "offer_id", name=op.f("uq_offer_uses_customer")),
        sa.UniqueConstraint("email", "offer_id", name=op.f("uq_offer_uses_email")),
        sa.UniqueConstraint("order_id", "offer_id", name=op.f("uq_offer_uses_order_id")),
    )
    op.create_table(
        "order_reductions",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", String(length=60), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("kind", String(length=10), nullable=False),
        sa.Column("value", String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_reductions_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", "code", name=op.f("pk_order_reductions")),
    )
    op.create_table(
        "order_taxes",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("percent", String(length=12), nullable=False),
        sa.Column("gross", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_taxes_order_id_orders"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", "percent", name=op.f("pk_order_taxes")),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in UNCHANGEABLE:
        head = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW"
        if on_postgresql:
            op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END")


def downgrade() -> None:
    for table in ("order_taxes", "order_reductions", "offer_uses", "offers", "cart_lines"):
        op.drop_table(table)
