"""What staff find people by, in pieces; triggers note which accounts and orders are to be learnt."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Piece = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
KNOWN = ("customers", "orders")
FOUND_BY = {"customers": "owner, name, email, phone", "orders": "owner, name, email, phone, number"}
FUNCTION = """
CREATE FUNCTION note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO search_changes (thing, row_id) VALUES (TG_TABLE_NAME, NEW.id); RETURN NULL; END $$
"""


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", String(22), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_search_entries_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_search_entries_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
    )
    for column in ("owner", "customer_id", "order_id"):
        op.create_index(op.f(f"ix_search_entries_{column}"), "search_entries", [column])
    op.create_table(
        "search_pieces",
        sa.Column("missing", sa.SmallInteger(), nullable=False),
        sa.Column("piece", Piece, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["search_entries.id"],
            name=op.f("fk_search_pieces_entry_id_search_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("missing", "piece", "entry_id", name=op.f("pk_search_pieces")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_pieces_entry_id"), "search_pieces", ["entry_id"])
    op.create_table(
        "search_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", String(20), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_changes")),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(FUNCTION)
    for table in KNOWN:
        op.execute(
            f"INSERT INTO search_changes (thing, row_id) SELECT '{table}', id FROM {table} ORDER BY id"
        )
        act = (
            "EXECUTE FUNCTION note_search_change()"
            if on_postgresql
            else f"BEGIN INSERT INTO search_changes (thing, row_id) VALUES ('{table}', NEW.id); END"
        )
        for name, event in (("new", "INSERT"), ("changed", f"UPDATE OF {FOUND_BY[table]}")):
            op.execute(f"CREATE TRIGGER {table}_search_{name} AFTER {event} ON {table} FOR EACH ROW {act}")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KNOWN:
        for name in ("new", "changed"):
            op.execute(f"DROP TRIGGER {table}_search_{name}{f' ON {table}' if on_postgresql else ''}")
    if on_postgresql:
        op.execute("DROP FUNCTION note_search_change()")
    for table in ("search_changes", "search_pieces", "search_entries"):
        op.drop_table(table)
