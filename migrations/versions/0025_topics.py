"""Topics that people follow, news that staff write, and the letters that tell them, each thing once."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

String = sqlmodel.sql.sqltypes.AutoString
Moment = sqlmodel.sql.sqltypes.UTCDateTime


def key(table: str, column: str, parent: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}"), ondelete=ondelete
    )


def number(nullable: bool = False, name: str = "id") -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("unsubscribe", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_outbox_recipient_put_at", "outbox", ["recipient", "put_at"])
    op.create_table(
        "outbox_consents",
        number(name="letter_id"),
        number(name="consent_id"),
        key("outbox_consents", "letter_id", "outbox", "CASCADE"),
        key("outbox_consents", "consent_id", "consents", "CASCADE"),
        sa.PrimaryKeyConstraint("letter_id", "consent_id", name=op.f("pk_outbox_consents")),
    )
    op.create_index("ix_outbox_consents_consent_id", "outbox_consents", ["consent_id"])
    op.create_table(
        "held_letters",
        number(),
        number(name="build_id"),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        key("held_letters", "build_id", "builds", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_letters")),
    )
    op.create_index("ix_held_letters_build_id", "held_letters", ["build_id"])
    op.create_index("ix_held_letters_at", "held_letters", ["at"])
    people()
    news()


def people() -> None:
    op.create_table(
        "subscribers",
        number(),
        sa.Column("code", String(length=16), nullable=False),
        number(name="key_counter"),
        number(nullable=True, name="customer_id"),
        sa.Column("email", String(length=254), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        key("subscribers", "customer_id", "customers", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_subscribers_{column}"))
            for column in ("code", "customer_id", "email")
        ),
    )
    op.create_table(
        "subscriptions",
        number(),
        number(name="subscriber_id"),
        sa.Column("topic", String(length=200), nullable=False),
        sa.Column("frequency", String(length=10), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("since", Moment(), nullable=False),
        key("subscriptions", "subscriber_id", "subscribers", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("subscriber_id", "topic", name=op.f("uq_subscriptions_subscriber_id")),
    )
    op.create_index("ix_subscriptions_topic", "subscriptions", ["topic"])
    op.create_table(
        "opt_ins",
        number(),
        sa.Column("token", String(length=64), nullable=False),
        sa.Column("link_hash", String(length=64), nullable=False),
        sa.Column("email", String(length=254), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("editions", sa.JSON(), nullable=False),
        sa.Column("frequency", String(length=10), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_ins")),
        sa.UniqueConstraint("token", name=op.f("uq_opt_ins_token")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_opt_ins_link_hash")),
    )
    op.create_index("ix_opt_ins_email", "opt_ins", ["email"])
    op.create_table(
        "guest_consents",
        number(),
        sa.Column("email", String(length=254), nullable=False),
        sa.Column("purpose", String(length=40), nullable=False),
        sa.Column("edition", String(length=20), nullable=False),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("channel", String(length=20), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_consents")),
    )
    op.create_index("ix_guest_consents_email_purpose", "guest_consents", ["email", "purpose"])


def news() -> None:
    op.create_table(
        "news_items",
        number(),
        sa.Column("token", String(length=64), nullable=False),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("title", "text", "topics", "families", "options")
        ),
        sa.Column("last_day", sa.Date(), nullable=True),
        number(name="revision"),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("send_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_items")),
        sa.UniqueConstraint("token", name=op.f("uq_news_items_token")),
    )
    op.create_index("ix_news_items_send_at", "news_items", ["send_at"])
    op.create_table(
        "digests",
        number(),
        number(nullable=True, name="subscriber_id"),
        number(nullable=True, name="letter_id"),
        sa.Column("language", String(length=10), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("given_up_at", Moment(), nullable=True),
        key("digests", "subscriber_id", "subscribers", "SET NULL"),
        key("digests", "letter_id", "outbox", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_digests_letter_id")),
    )
    op.create_index("ix_digests_subscriber_id", "digests", ["subscriber_id"])
    op.create_table(
        "digest_entries",
        number(),
        number(name="digest_id"),
        number(nullable=True, name="subscriber_id"),
        sa.Column("source", String(length=60), nullable=False),
        number(nullable=True, name="item_id"),
        sa.Column("topic", String(length=200), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        key("digest_entries", "digest_id", "digests", "CASCADE"),
        key("digest_entries", "subscriber_id", "subscribers", "SET NULL"),
        key("digest_entries", "item_id", "news_items", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_entries")),
        sa.UniqueConstraint("subscriber_id", "source", name=op.f("uq_digest_entries_subscriber_id")),
    )
    op.create_index("ix_digest_entries_digest_id", "digest_entries", ["digest_id"])
    op.create_index("ix_digest_entries_item_id", "digest_entries", ["item_id"])
    op.create_table(
        "news_openings",
        number(),
        number(name="item_id"),
        sa.Column("at", Moment(), nullable=False),
        number(nullable=True, name="customer_id"),
        key("news_openings", "item_id", "news_items", "CASCADE"),
        key("news_openings", "customer_id", "customers", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_openings")),
    )
    op.create_index("ix_news_openings_item_id", "news_openings", ["item_id"])
    op.create_index("ix_news_openings_customer_id", "news_openings", ["customer_id"])


def downgrade() -> None:
    tables = ("news_openings", "digest_entries", "digests", "news_items")
    for table in (*tables, "guest_consents", "opt_ins", "subscriptions", "subscribers"):
        op.drop_table(table)
    for table in ("held_letters", "outbox_consents"):
        op.drop_table(table)
    op.drop_index("ix_outbox_recipient_put_at", table_name="outbox")
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("unsubscribe")
