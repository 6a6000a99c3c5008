"""Staff: the second step of signing in, recovery codes, sessions, invitations, and from where each act was done."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
NAMES = {
    "staff_recovery_codes": ["staff_member_id"],
    "staff_sessions": ["staff_member_id"],
    "staff_invitations": ["email"],
}
DEMO = "desk@lekalo.example"


def upgrade() -> None:
    for column in (
        sa.Column("totp_sealed", String(), nullable=False, server_default=sa.text("''")),
        sa.Column("totp_step", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("totp_since", Moment(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("staff_members", column)
    op.execute(f"UPDATE staff_members SET is_demo = true WHERE email = '{DEMO}'")
    op.add_column(
        "staff_acts", sa.Column("address", String(length=60), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("staff_acts", sa.Column("session_id", sa.Integer(), nullable=True))
    op.create_table(
        "staff_recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", String(length=64), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_members.id"],
            name=op.f("fk_staff_recovery_codes_staff_member_id_staff_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_codes")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", String(length=64), nullable=False),
        sa.Column("device", String(length=200), nullable=False),
        sa.Column("address", String(length=60), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("proven_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_members.id"],
            name=op.f("fk_staff_sessions_staff_member_id_staff_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", String(length=254), nullable=False),
        sa.Column("role_names", String(length=100), nullable=False),
        sa.Column("link_hash", String(length=64), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_by_name", String(length=100), nullable=False),
        sa.Column("invited_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("accepted_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["staff_members.id"],
            name=op.f("fk_staff_invitations_invited_by_staff_members"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_staff_invitations_link_hash")),
    )
    for table, columns in NAMES.items():
        op.create_index(op.f(f"ix_{table}_{columns[0]}"), table, columns)


def downgrade() -> None:
    for table, columns in NAMES.items():
        op.drop_index(op.f(f"ix_{table}_{columns[0]}"), table)
        op.drop_table(table)
    for name in ("session_id", "address"):
        op.drop_column("staff_acts", name)
    for name in ("is_demo", "totp_since", "totp_step", "totp_sealed"):
        op.drop_column("staff_members", name)
