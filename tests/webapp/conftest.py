"""Small families for tests of the web application."""

import pytest

from catalog.model import Family


@pytest.fixture
def a_family() -> Family:
    """The smallest thing one can sell."""
    return a_stool()


def a_stool(price: int = 4900) -> Family:
    def texts(word: str) -> dict[str, str]:
        return {"ru": f"{word} (ru)", "en": word}

    return Family.model_validate(
        {
            "code": "stool",
            "title": texts("Stool"),
            "currency": "EUR",
            "tax_percent": "19",
            "steps": [{"code": "base", "title": texts("Base")}],
            "groups": [
                {
                    "code": "model",
                    "title": texts("Model"),
                    "step": "base",
                    "min": 1,
                    "max": 1,
                    "options": [{"code": "low", "title": texts("Low"), "price": price}],
                }
            ],
        }
    )
