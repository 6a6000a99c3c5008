"""A mail server for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.webapp.post.office import PostOffice


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """Open for letters; a test may shut it and open it again."""
    office = PostOffice()
    office.open()
    yield office
    office.shut()
