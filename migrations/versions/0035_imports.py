"""Lists of customers that were sent, row by row; how a consent was given that was given elsewhere."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "customer_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", String(64), nullable=False),
        sa.Column("file_name", String(120), nullable=False),
        sa.Column("encoding", String(20), nullable=False),
        sa.Column("delimiter", String(1), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("choice", String(20), nullable=False),
        sa.Column("language", String(10), nullable=False),
        sa.Column("state", String(20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("staff_name", String(100), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_imports")),
        sa.UniqueConstraint("token", name=op.f("uq_customer_imports_token")),
    )
    op.create_table(
        "customer_import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("email", String(254), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("outcome", String(20), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["customer_imports.id"],
            name=op.f("fk_customer_import_rows_import_id_customer_imports"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_import_rows_customer_id_customers"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_import_rows")),
    )
    op.create_index(
        "ix_customer_import_rows_import_id_outcome", "customer_import_rows", ["import_id", "outcome"]
    )
    for column in ("customer_id", "email"):
        op.create_index(op.f(f"ix_customer_import_rows_{column}"), "customer_import_rows", [column])
    op.add_column("consents", sa.Column("how", String(200), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("consents", "how")
    op.drop_table("customer_import_rows")
    op.drop_table("customer_imports")
