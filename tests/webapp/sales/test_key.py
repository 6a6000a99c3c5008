"""Keys open what they were made for, and nothing else."""

from webapp.sales.key import Lock, Purpose, key_for, new_code, read

SECRET = "a secret"


def test_a_key_opens_what_it_was_made_for() -> None:
    lock = Lock(new_code(), 3)
    key = key_for(Purpose.LOOK, lock, SECRET)
    assert read(Purpose.LOOK, key, SECRET) == lock


def test_a_key_to_look_does_not_open_for_change() -> None:
    key = key_for(Purpose.LOOK, Lock("code", 0), SECRET)
    assert read(Purpose.EDIT, key, SECRET) is None


def test_altered_and_foreign_keys_open_nothing() -> None:
    key = key_for(Purpose.ORDER, Lock("code", 0), SECRET)
    for wrong in (key[:-1], key.replace("code", "kode"), "", ".", "code.0", "ключ", key + "x"):
        assert read(Purpose.ORDER, wrong, SECRET) is None
    assert read(Purpose.ORDER, key, "another secret") is None
