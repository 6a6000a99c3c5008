"""Whom a journey is made by: two people differ in everything at once, so that it is made twice and not eight times."""

import pytest

PHONE, DESK = 360, 1280  # points

by_a_phone_with_scripts = pytest.mark.parametrize(
    ("language", "width", "javascript"),
    [pytest.param("ru", PHONE, True, id="ru-phone"), pytest.param("en", DESK, False, id="en-desk")],
    indirect=["javascript"],
)
by_a_desk_with_scripts = pytest.mark.parametrize(
    ("language", "width", "javascript"),
    [pytest.param("ru", PHONE, False, id="ru-phone"), pytest.param("en", DESK, True, id="en-desk")],
    indirect=["javascript"],
)
