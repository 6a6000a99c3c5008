"""Office hours and promises to answer, each wait for an answer; letters to us; proposals in threads; where to reply."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime
OPEN = sa.text("answered_at IS NULL AND let_go_at IS NULL")


def key(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def number(name: str = "id", *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def word(name: str, length: int) -> sa.Column:
    return sa.Column(name, String(length), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, Moment(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "office_days",
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        number("opens"),
        number("closes"),
        sa.PrimaryKeyConstraint("weekday", name=op.f("pk_office_days")),
    )
    op.create_table(
        "answer_promises",
        number(),
        number("hours"),
        moment("since"),
        word("by", 100),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_promises")),
    )
    op.create_table(
        "answer_waits",
        number(),
        number("thread_id", nullable=True),
        moment("since"),
        moment("promised_by"),
        word("level", 20),
        number("hours"),
        moment("answered_at", nullable=True),
        word("answered_by", 100),
        moment("let_go_at", nullable=True),
        key("answer_waits", "thread_id", "threads", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_waits")),
    )
    op.create_index(op.f("ix_answer_waits_thread_id"), "answer_waits", ["thread_id"])
    op.create_index("ix_answer_waits_since", "answer_waits", ["since"])
    op.create_index(
        "ix_answer_waits_open",
        "answer_waits",
        ["thread_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    post()


def post() -> None:
    op.create_table(
        "incoming_mails",
        number(),
        word("mail_id", 250),
        word("sender", 254),
        word("subject", 200),
        word("fate", 12),
        moment("read_at"),
        number("thread_id", nullable=True),
        number("message_id", nullable=True),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        key("incoming_mails", "thread_id", "threads", "CASCADE"),
        key("incoming_mails", "message_id", "messages", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("mail_id", name=op.f("uq_incoming_mails_mail_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_incoming_mails_message_id")),
    )
    op.create_index("ix_incoming_mails_sender_read_at", "incoming_mails", ["sender", "read_at"])
    op.create_index("ix_incoming_mails_thread_id_read_at", "incoming_mails", ["thread_id", "read_at"])
    op.create_table(
        "thread_proposals",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, nullable=False),
        number("message_id"),
        number("staff_member_id"),
        key("thread_proposals", "proposal_id", "proposals", "CASCADE"),
        key("thread_proposals", "message_id", "messages", "CASCADE"),
        key("thread_proposals", "staff_member_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_thread_proposals")),
        sa.UniqueConstraint("message_id", name=op.f("uq_thread_proposals_message_id")),
    )
    op.create_index(op.f("ix_thread_proposals_staff_member_id"), "thread_proposals", ["staff_member_id"])
    op.add_column("outbox", sa.Column("reply_to", String(254), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("outbox", "reply_to")
    for table in ("thread_proposals", "incoming_mails", "answer_waits", "answer_promises", "office_days"):
        op.drop_table(table)
