"""What can be set from outside: every LEKALO_ and STRIPE_ variable of the environment, read here and nowhere else."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "LEKALO_"
LONGEST_PROMISE = 365  # days
# Before the @ there are 64 signs, and a key takes 30 of them.
MAILBOX = re.compile(r"[^\s@+<>,]{1,34}@[^\s@<>,]+")
STRIPE = "stripe_"  # these keep the names that Stripe gives them


class SettingsError(ValueError):
    """A setting that cannot be used, said in one line."""


def _setting(default: Any, meaning: str, secret: bool = False) -> Any:
    return field(default=default, metadata={"meaning": meaning}, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """The settings of one process; a field `smtp_url` is read from `LEKALO_SMTP_URL`, Stripe's own as Stripe has it."""

    host: str = _setting("127.0.0.1", "address that `make run` listens on")
    port: int = _setting(8000, "port that `make run` listens on")
    workers: int = _setting(1, "web processes")
    threads: int = _setting(4, "threads of each web process")
    site_url: str = _setting("", "address of the site as people see it, for links in mails and invoices")
    proxies: int = _setting(0, "trusted proxies in front of the site")
    instance: Path = _setting(ROOT / "instance", "folder for the database file, the signing key and mails")
    database_url: str = _setting(
        "", "`postgresql://…` or `sqlite:///…`; a SQLite file in the instance folder", secret=True
    )
    secret_key: str = _setting(
        "", "signing key of cookies; made once and kept in the instance folder", secret=True
    )
    language: str = _setting("ru", "language for visitors whose browser asks for none of ours")
    time_zone: str = _setting("Europe/Berlin", "where the workshop's days begin")
    promise_days: int = _setting(14, "days for which a price is promised")
    saves_per_hour: int = _setting(
        60, "builds that one place may save in an hour; a home or an office is one"
    )
    orders_per_hour: int = _setting(20, "orders that one place may place in an hour")
    smtp_url: str = _setting(
        "", "`smtp://user:password@host:587` or `smtps://…`; mails are files without it", secret=True
    )
    mail_from: str = _setting("Lekalo <shop@lekalo.example>", "sender of mails")
    mailbox_url: str = _setting(
        "",
        "mailbox that is read for answers to our letters: `imaps://user:password@host/INBOX` or `maildir:///folder`",
        secret=True,
    )
    mailbox_address: str = _setting(
        "",
        "its address, such as `talk@lekalo.example`; what is sent to `talk+anything@…` must arrive there too",
    )
    phone: str = _setting("", "telephone number, as the contact page says it")
    letters_per_week: int = _setting(
        3, "letters that one person gets in seven days at most, beyond those that orders and sign-ins need"
    )
    unsubscribe_email: str = _setting(
        "", "address that somebody reads for wishes to unsubscribe, named to mail programs beside the link"
    )
    seller: str = _setting("Lekalo GmbH, Werkstraße 7, 10999 Berlin", "who sells, as printed on orders")
    tax_number: str = _setting("DE999999999", "the seller's VAT number, as printed on invoices")
    bank_details: str = _setting(
        "Lekalo GmbH, IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001", "where invoices are paid to"
    )
    deposit_percent: int = _setting(
        0, "share of an order that is paid before work begins, the rest before delivery; 0: all of it"
    )
    cancellation_fee_percent: int = _setting(
        30,
        "share of an order that is kept where it is cancelled after production has started; before it is free",
    )
    demo: bool = _setting(
        False, "lets the demo owner sign in with a password alone; `make run` sets it, nobody else should"
    )
    log: str = _setting("text", "`text`, or `json`: a line for each request and error, on stderr")
    metrics_token: str = _setting(
        "", "who sends it as a bearer token may read `/metrics`; without it, this machine alone", secret=True
    )
    stripe_secret_key: str = _setting("", "turns payment by card on: `sk_…` or `rk_…` of Stripe", secret=True)
    stripe_webhook_secret: str = _setting(
        "", "`whsec_…` of the endpoint `/webhooks/stripe`; needed with the key", secret=True
    )
    stripe_api_base: str = _setting("", "where a stand-in for Stripe answers, for trials and tests only")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        given: dict[str, Any] = {}
        for known in fields(cls):
            text = environment.get(variable(known.name), "").strip()
            if text:
                given[known.name] = _read(known.name, known.type, text)
        return cls(**given)

    def __post_init__(self) -> None:
        instance = self.instance.resolve()
        instance.mkdir(parents=True, exist_ok=True)
        site = self.site_url.rstrip("/") or f"http://{self.host}:{self.port}"
        if urlsplit(site).scheme not in ("http", "https"):
            raise SettingsError(f"LEKALO_SITE_URL must start with http:// or https://, not {site!r}")
        if self.log not in ("text", "json"):
            raise SettingsError(f"LEKALO_LOG must be text or json, not {self.log!r}")
        if self.smtp_url and not _is_mail_server(self.smtp_url):
            raise SettingsError(
                "LEKALO_SMTP_URL must be smtp://host:port or smtps://…; write / and # of a password as %2F, %23"
            )
        self._check_mailbox()
        if not 1 <= self.promise_days <= LONGEST_PROMISE:
            raise SettingsError(
                f"LEKALO_PROMISE_DAYS must be 1 to {LONGEST_PROMISE}, not {self.promise_days}"
            )
        if self.letters_per_week < 1:
            raise SettingsError(f"LEKALO_LETTERS_PER_WEEK must be 1 or more, not {self.letters_per_week}")
        self._check_payment()
        derived = {
            "instance": instance,
            "site_url": site,
            "database_url": self.database_url or f"sqlite:///{instance / 'lekalo.sqlite3'}",
            "secret_key": self.secret_key or _kept_key(instance),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def _check_mailbox(self) -> None:
        if bool(self.mailbox_url) is not bool(self.mailbox_address):
            raise SettingsError("LEKALO_MAILBOX_URL and LEKALO_MAILBOX_ADDRESS go together: set both or none")
        if self.mailbox_url and not _is_mailbox(self.mailbox_url):
            raise SettingsError(
                "LEKALO_MAILBOX_URL must be imaps://user:password@host, imap://… or maildir:///folder; "
                "write / and # of a password as %2F, %23"
            )
        if self.mailbox_address and not MAILBOX.fullmatch(self.mailbox_address):
            raise SettingsError(
                f"LEKALO_MAILBOX_ADDRESS must be a bare address such as talk@lekalo.example, "
                f"not {self.mailbox_address!r}"
            )

    def _check_payment(self) -> None:
        if not 0 <= self.deposit_percent < 100:
            raise SettingsError(f"LEKALO_DEPOSIT_PERCENT must be 0 to 99, not {self.deposit_percent}")
        if not 0 <= self.cancellation_fee_percent <= 100:
            raise SettingsError(
                f"LEKALO_CANCELLATION_FEE_PERCENT must be 0 to 100, not {self.cancellation_fee_percent}"
            )
        if bool(self.stripe_secret_key) is not bool(self.stripe_webhook_secret):
            raise SettingsError("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET go together: set both or none")
        if self.stripe_secret_key and not self.stripe_secret_key.startswith(("sk_", "rk_")):
            raise SettingsError("STRIPE_SECRET_KEY must be a secret or a restricted key: sk_… or rk_…")
        if self.stripe_api_base and "_live_" in self.stripe_secret_key:
            raise SettingsError("STRIPE_API_BASE names a stand-in: it never goes with a live key")

    @property
    def takes_cards(self) -> bool:
        return bool(self.stripe_secret_key)

    def for_flask(self) -> dict[str, Any]:
        """The same, in the words of Flask and its extensions."""
        return {
            "LEKALO": self,
            "SECRET_KEY": self.secret_key,
            "BABEL_DEFAULT_TIMEZONE": self.time_zone,
            "SESSION_COOKIE_NAME": "lekalo",
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.site_url.startswith("https://"),
            "PERMANENT_SESSION_LIFETIME": timedelta(days=365),
            "SESSION_REFRESH_EACH_REQUEST": False,
            "WTF_CSRF_TIME_LIMIT": None,  # a configurator may stay open for days
            "MAX_CONTENT_LENGTH": 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 512 * 1024,
            "MAX_FORM_PARTS": 1000,
        }


def variable(name: str) -> str:
    """The variable of the environment that a setting is read from."""
    return name.upper() if name.startswith(STRIPE) else PREFIX + name.upper()


def current() -> Settings:
    """The settings of the running application."""
    return current_app.config["LEKALO"]


def _read(name: str, kind: Any, text: str) -> Any:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{variable(name)} must be a whole number, not {text!r}") from None
    if kind is bool:
        if text not in ("0", "1"):
            raise SettingsError(f"{variable(name)} must be 0 or 1, not {text!r}")
        return text == "1"
    return Path(text) if kind is Path else text


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no number after the last colon: half a password, more often than not
        return False


def _is_mailbox(url: str) -> bool:
    try:
        parts = urlsplit(url)
        if parts.scheme == "maildir":
            return not parts.netloc and len(parts.path) > 1
        return (
            parts.scheme in ("imap", "imaps") and bool(parts.hostname and parts.username) and parts.port != 0
        )
    except ValueError:
        return False


def _kept_key(instance: Path) -> str:
    """The signing key of the instance folder, made by whichever process comes first."""
    place = instance / "secret.key"
    if not place.exists():
        handle, draft = tempfile.mkstemp(dir=instance, prefix="secret.")
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, place)  # fails if another process was faster: its key counts
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return place.read_text().strip()
