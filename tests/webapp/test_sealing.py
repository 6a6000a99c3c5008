"""A sealed secret opens with its own key, for its own purpose, and unharmed."""

import pytest

from webapp import sealing
from webapp.sealing import Unreadable


def test_what_was_sealed_is_read_again_and_never_looks_the_same() -> None:
    first, second = (sealing.seal("key", "of Vera", "JBSWY3DPEHPK3PXP") for _ in range(2))
    assert first != second
    assert "JBSWY3DP" not in first
    assert sealing.unseal("key", "of Vera", first) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(("key", "about"), [("other", "of Vera"), ("key", "of Ada")])
def test_another_key_or_another_purpose_opens_nothing(key: str, about: str) -> None:
    sealed = sealing.seal("key", "of Vera", "JBSWY3DPEHPK3PXP")
    with pytest.raises(Unreadable):
        sealing.unseal(key, about, sealed)


@pytest.mark.parametrize("harmed", ["", "AAAA", "no base64 at all", "ж", "A" * 60])
def test_what_is_damaged_is_told_as_such(harmed: str) -> None:
    with pytest.raises(Unreadable):
        sealing.unseal("key", "of Vera", harmed)
