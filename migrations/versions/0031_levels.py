"""Service levels, who has which, and places in the workshop's weeks that are kept for those who come first."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime

THEIRS = "SELECT customers.id FROM orders JOIN customers ON customers.owner = orders.owner"
# Whose level is to be looked at when a row of a table is new, or when certain columns of it change.
DUE = {
    "orders": ("", "owner, total", "SELECT id FROM customers WHERE owner IN (OLD.owner, NEW.owner)"),
    "payments": ("INSERT", "amount", f"{THEIRS} WHERE orders.id = NEW.order_id"),
    "refunds": (
        "INSERT",
        "state, amount",
        f"{THEIRS} JOIN payments ON payments.order_id = orders.id WHERE payments.id = NEW.payment_id",
    ),
    "order_steps": (
        "INSERT",
        "",
        f"{THEIRS} WHERE orders.id = NEW.order_id AND NEW.step = 'cancellation'",
    ),
}


def key(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "service_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", String(20), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("rule", String(300), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("percent", String(6), nullable=False),
        sa.Column("free_methods", sa.JSON(), nullable=False),
        sa.Column("promise_days", sa.Integer(), nullable=True),
        sa.Column("comes_first", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=True),
        sa.Column("has_manager", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("edition", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_levels")),
        sa.UniqueConstraint("code", name=op.f("uq_service_levels_code")),
    )
    op.create_table(
        "customer_levels",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("level_id", sa.Integer(), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("judged_at", Moment(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("falls_on", sa.Date(), nullable=True),
        sa.Column("falls_to", sa.Integer(), nullable=True),
        sa.Column("announced_at", Moment(), nullable=True),
        key("customer_levels", "customer_id", "customers", "CASCADE"),
        key("customer_levels", "level_id", "service_levels", "RESTRICT"),
        key("customer_levels", "falls_to", "service_levels", "RESTRICT"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_levels")),
    )
    for column in ("level_id", "look_on"):
        op.create_index(op.f(f"ix_customer_levels_{column}"), "customer_levels", [column])
    op.create_table(
        "level_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("event", String(10), nullable=False),
        sa.Column("level", String(20), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("before", String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        key("level_changes", "customer_id", "customers", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_changes")),
    )
    op.create_index("ix_level_changes_customer_id_at", "level_changes", ["customer_id", "at"])
    op.create_table(
        "level_dues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_dues")),
    )
    op.create_index(op.f("ix_level_dues_about"), "level_dues", ["about"])
    op.add_column(
        "weekly_patterns", sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "bookings", sa.Column("comes_first", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, (new, changed, whose) in DUE.items():
        noted = f"INSERT INTO level_dues (about) {whose}"
        if on_postgresql:
            op.execute(
                f"CREATE FUNCTION note_level_due_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {noted}; RETURN NULL; END $$"
            )
        act = f"EXECUTE FUNCTION note_level_due_of_{table}()" if on_postgresql else f"BEGIN {noted}; END"
        for name, event in triggers(new, changed):
            op.execute(f"CREATE TRIGGER {table}_level_{name} AFTER {event} ON {table} FOR EACH ROW {act}")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, (new, changed, _) in DUE.items():
        for name, _event in triggers(new, changed):
            op.execute(f"DROP TRIGGER {table}_level_{name}{f' ON {table}' if on_postgresql else ''}")
        if on_postgresql:
            op.execute(f"DROP FUNCTION note_level_due_of_{table}()")
    op.drop_column("bookings", "comes_first")
    op.drop_column("weekly_patterns", "held")
    for table in ("level_dues", "level_changes", "customer_levels", "service_levels"):
        op.drop_table(table)


def triggers(new: str, changed: str) -> list[tuple[str, str]]:
    """Their names and what they fire upon."""
    found = [("new", new)] if new else []
    return [*found, ("changed", f"UPDATE OF {changed}")] if changed else found
