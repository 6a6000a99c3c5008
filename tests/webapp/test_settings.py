"""Settings come from the environment, and a wrong one is said at once in one line."""

import stat
import threading
from pathlib import Path

import pytest

from webapp import create_app
from webapp.settings import Settings, SettingsError


def test_with_none_at_all_the_shop_runs_on_a_file(tmp_path: Path) -> None:
    settings = Settings.from_environment({"LEKALO_INSTANCE": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'lekalo.sqlite3'}"
    assert settings.site_url == "http://127.0.0.1:8000"


def test_the_signing_key_is_made_once_and_is_nobody_elses_business(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [
        threading.Thread(target=lambda: keys.append(Settings(instance=tmp_path).secret_key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys[0]) >= 48
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [place.name for place in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("SITE_URL", "shop.example"),
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "smtp://shop:pass/word@mail.example"),
        ("THREADS", "2.5"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"LEKALO_{name}"):
        Settings.from_environment({"LEKALO_INSTANCE": str(tmp_path), f"LEKALO_{name}": value})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "go together"),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_1"}, "go together"),
        (
            {"STRIPE_SECRET_KEY": "pk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"},
            "secret or a restricted key",
        ),
        (
            {
                "STRIPE_SECRET_KEY": "sk_live_1",
                "STRIPE_WEBHOOK_SECRET": "whsec_1",
                "STRIPE_API_BASE": "http://127.0.0.1:1",
            },
            "never goes with a live key",
        ),
        ({"LEKALO_DEPOSIT_PERCENT": "100"}, "0 to 99"),
    ],
)
def test_half_a_way_to_pay_is_no_way(tmp_path: Path, given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings.from_environment({"LEKALO_INSTANCE": str(tmp_path)} | given)


def test_no_secret_is_shown_with_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        instance=tmp_path,
        secret_key="s3cret",
        database_url="postgresql://shop:s3cret@db/shop",
        smtp_url="smtp://shop:s3cret@mail.example",
    )
    assert "s3cret" not in repr(settings)


def test_the_application_ends_with_that_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEKALO_INSTANCE", str(tmp_path))
    monkeypatch.setenv("LEKALO_WORKERS", "many")
    with pytest.raises(SystemExit, match="LEKALO_WORKERS must be a whole number"):
        create_app()


def test_cookies_are_for_https_where_the_site_is(tmp_path: Path) -> None:
    assert (
        Settings(instance=tmp_path, site_url="https://shop.example/").for_flask()["SESSION_COOKIE_SECURE"]
        is True
    )
    assert Settings(instance=tmp_path).for_flask()["SESSION_COOKIE_SECURE"] is False
