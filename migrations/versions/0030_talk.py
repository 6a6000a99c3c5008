"""Threads with what was said in them, notes and pictures, and the answers that colleagues keep ready."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def key(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{parent}")
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=name, ondelete=ondelete)


def number(name: str = "id", *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def word(name: str, length: int, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, String(length), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, Moment(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "threads",
        number(),
        word("code", 16),
        number("key_counter"),
        word("token", 64),
        word("owner", 22, nullable=True),
        number("customer_id", nullable=True),
        word("name", 100),
        word("email", 254),
        word("language", 10),
        number("build_id", nullable=True),
        number("order_id", nullable=True),
        word("title", 120),
        word("state", 10),
        number("assigned_id", nullable=True),
        moment("opened_at"),
        moment("latest_at"),
        moment("awaiting_since", nullable=True),
        moment("promised_by", nullable=True),
        number("level_rank"),
        moment("seen_at", nullable=True),
        key("threads", "customer_id", "customers", "CASCADE"),
        key("threads", "build_id", "builds", "SET NULL"),
        key("threads", "order_id", "orders", "SET NULL"),
        key("threads", "assigned_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
        sa.UniqueConstraint("code", name=op.f("uq_threads_code")),
        sa.UniqueConstraint("token", name=op.f("uq_threads_token")),
    )
    for column in ("owner", "customer_id", "email", "build_id", "order_id", "assigned_id"):
        op.create_index(op.f(f"ix_threads_{column}"), "threads", [column])
    op.create_index("ix_threads_state_latest_at", "threads", ["state", "latest_at"])
    op.create_index("ix_threads_awaiting_since_promised_by", "threads", ["awaiting_since", "promised_by"])
    said()
    op.create_table(
        "canned_answers",
        number(),
        word("token", 64),
        word("title", 80),
        sa.Column("words", sa.JSON(), nullable=False),
        number("revision"),
        moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_answers")),
        sa.UniqueConstraint("token", name=op.f("uq_canned_answers_token")),
    )


def said() -> None:
    op.create_table(
        "messages",
        number(),
        word("token", 64),
        number("thread_id"),
        word("channel", 10),
        word("by", 10),
        number("staff_member_id", nullable=True),
        word("name", 100),
        sa.Column("text", sa.Text(), nullable=False),
        moment("at"),
        word("mail_message_id", 250, nullable=True),
        key("messages", "thread_id", "threads", "CASCADE"),
        key("messages", "staff_member_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("token", name=op.f("uq_messages_token")),
        sa.UniqueConstraint("mail_message_id", name=op.f("uq_messages_mail_message_id")),
    )
    op.create_index("ix_messages_thread_id_at", "messages", ["thread_id", "at"])
    op.create_index(op.f("ix_messages_staff_member_id"), "messages", ["staff_member_id"])
    op.create_table(
        "message_pictures",
        number(),
        word("code", 16),
        number("message_id"),
        word("name", 100),
        word("kind", 40),
        *(number(name) for name in ("width", "height", "size")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        key("message_pictures", "message_id", "messages", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_pictures")),
        sa.UniqueConstraint("code", name=op.f("uq_message_pictures_code")),
    )
    op.create_index(op.f("ix_message_pictures_message_id"), "message_pictures", ["message_id"])
    op.create_table(
        "thread_notes",
        number(),
        word("token", 64),
        number("thread_id"),
        number("staff_member_id"),
        word("staff_name", 100),
        sa.Column("text", sa.Text(), nullable=False),
        moment("at"),
        key("thread_notes", "thread_id", "threads", "CASCADE"),
        key("thread_notes", "staff_member_id", "staff_members", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_notes")),
        sa.UniqueConstraint("token", name=op.f("uq_thread_notes_token")),
    )
    op.create_index("ix_thread_notes_thread_id_at", "thread_notes", ["thread_id", "at"])
    op.create_index(op.f("ix_thread_notes_staff_member_id"), "thread_notes", ["staff_member_id"])


def downgrade() -> None:
    for table in ("canned_answers", "thread_notes", "message_pictures", "messages", "threads"):
        op.drop_table(table)
