"""Customers; versions of builds, promises, proposals, comments and watches; visitors become owners."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What a build was made of moves to its versions.
MOVED = {
    "family": sa.String(length=60),
    "family_title": sa.JSON(),
    "version": sa.Integer(),
    "version_sha256": sa.String(length=64),
    "choices": sa.JSON(),
    "parts": sa.JSON(),
    "price_lines": sa.JSON(),
    "terms": sa.JSON(),
    "currency": sa.String(length=3),
    "tax_percent": sa.String(length=12),
    "total": sa.Integer(),
    "tax": sa.Integer(),
    "lead_days": sa.Integer(),
}
COLUMNS = ", ".join(MOVED)
UNCHANGEABLE = ("build_versions", "quotes")


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(length=22), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("email", name=op.f("uq_customers_email")),
        sa.UniqueConstraint("owner", name=op.f("uq_customers_owner")),
    )
    op.create_table(
        "sign_in_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("link_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("digits_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("used_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_requests")),
        sa.UniqueConstraint("code", name=op.f("uq_sign_in_requests_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_requests_link_hash")),
    )
    with op.batch_alter_table("sign_in_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_requests_email"), ["email"], unique=False)

    op.create_table(
        "build_versions",
        sa.Column("family", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("family_title", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("price_lines", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("tax_percent", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_build_versions_build_id_builds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_build_versions")),
        sa.UniqueConstraint("build_id", "number", name=op.f("uq_build_versions_build_id")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("writer", sqlmodel.sql.sqltypes.AutoString(length=22), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_comments_build_id_builds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("token", name=op.f("uq_comments_token")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index("ix_comments_build_id_at", ["build_id", "at"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("edition", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("given_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_consents_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_customer_id_purpose", ["customer_id", "purpose"], unique=False)

    op.create_table(
        "customer_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("device", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_customer_sessions_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_customer_sessions_token_hash")),
    )
    with op.batch_alter_table("customer_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_sessions_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "proposals",
        sa.Column("family", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("family_title", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("price_lines", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("tax_percent", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("build_number", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("writer", sqlmodel.sql.sqltypes.AutoString(length=22), nullable=False),
        sa.Column("message", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("accepted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("declined_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_proposals_build_id_builds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("code", name=op.f("uq_proposals_code")),
        sa.UniqueConstraint("token", name=op.f("uq_proposals_token")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_build_id_made_at", ["build_id", "made_at"], unique=False)

    op.create_table(
        "quotes",
        sa.Column("family", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("family_title", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("price_lines", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
        sa.Column("tax_percent", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("build_number", sa.Integer(), nullable=False),
        sa.Column("promised_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_quotes_build_id_builds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("code", name=op.f("uq_quotes_code")),
        sa.UniqueConstraint("build_id", "token", name=op.f("uq_quotes_build_id")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index("ix_quotes_build_id_until", ["build_id", "until"], unique=False)

    op.create_table(
        "watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("family", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("option_group", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("option", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("option_title", sa.JSON(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("set_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("checked_number", sa.Integer(), nullable=False),
        sa.Column("checked_version", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name=op.f("fk_watches_build_id_builds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watches")),
        sa.UniqueConstraint("build_id", "token", name=op.f("uq_watches_build_id")),
    )
    with op.batch_alter_table("watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watches_build_id"), ["build_id"], unique=False)
        batch_op.create_index(
            "ix_watches_family_checked_version", ["family", "checked_version"], unique=False
        )
        batch_op.create_index("ix_watches_kind_checked_on", ["kind", "checked_on"], unique=False)

    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watch_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watches.id"], name=op.f("fk_sightings_watch_id_watches"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_watch_id"), ["watch_id"], unique=False)

    op.execute(
        f"INSERT INTO build_versions (build_id, number, cause, made_at, {COLUMNS}) "
        f"SELECT id, 1, 'saved', changed_at, {COLUMNS} FROM builds"
    )
    rename_owners("visitor", "owner")
    with op.batch_alter_table("builds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("latest_number", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("branched_from_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("branched_from_number", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_builds_branched_from_id"), ["branched_from_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_builds_branched_from_id_builds"),
            "builds",
            ["branched_from_id"],
            ["id"],
            ondelete="SET NULL",
        )
        for name in MOVED:
            batch_op.drop_column(name)
    with op.batch_alter_table("builds", schema=None) as batch_op:
        batch_op.alter_column("latest_number", server_default=None)
    op.add_column("order_lines", sa.Column("quote_code", sa.String(length=16), nullable=True))
    guard()


def rename_owners(was: str, now: str) -> None:
    """What was kept by visitor is kept by owner: a guest, or a customer on all their devices."""
    op.drop_index(f"ix_builds_{was}_saved_at", "builds")
    op.drop_index(f"ix_orders_{was}", "orders")
    with op.batch_alter_table("builds", schema=None) as batch_op:
        batch_op.drop_constraint(f"uq_builds_{was}", type_="unique")
    for table in ("builds", "current_builds", "orders"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {was} TO {now}")
    with op.batch_alter_table("builds", schema=None) as batch_op:
        batch_op.create_unique_constraint(f"uq_builds_{now}", [now, "token"])
    op.create_index(f"ix_builds_{now}_saved_at", "builds", [now, "saved_at"], unique=False)
    op.create_index(f"ix_orders_{now}", "orders", [now], unique=False)


def guard() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in UNCHANGEABLE:
        head = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW"
        if on_postgresql:
            op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
        else:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END")


def downgrade() -> None:
    op.drop_column("order_lines", "quote_code")
    # What a build was made of goes back to the build; of its versions only the latest is known there.
    with op.batch_alter_table("builds", schema=None) as batch_op:
        for name, kind in MOVED.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    columns = ", ".join(
        f"{name} = (SELECT v.{name} FROM build_versions v "
        "WHERE v.build_id = builds.id AND v.number = builds.latest_number)"
        for name in MOVED
    )
    op.execute(f"UPDATE builds SET {columns}")
    with op.batch_alter_table("builds", schema=None) as batch_op:
        for name, kind in MOVED.items():
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.drop_constraint("fk_builds_branched_from_id_builds", type_="foreignkey")
        batch_op.drop_index("ix_builds_branched_from_id")
        for name in ("branched_from_number", "branched_from_id", "latest_number"):
            batch_op.drop_column(name)
    rename_owners("owner", "visitor")
    for table in (
        "sightings",
        "watches",
        "quotes",
        "proposals",
        "comments",
        "build_versions",
        "customer_sessions",
        "consents",
        "sign_in_requests",
        "customers",
    ):
        op.drop_table(table)
