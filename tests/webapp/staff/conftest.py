"""Passwords that are quick to look at: what makes them slow is argon2's business, not ours."""

import pytest
from argon2 import PasswordHasher

from webapp.customers import staff_member


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    staff_member._nobodys_hash.cache_clear()
    monkeypatch.setattr(staff_member, "hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
