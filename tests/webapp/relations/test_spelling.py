"""Names are found in either script and in spite of a slip."""

import pytest

from webapp.relations.card import spelling


@pytest.mark.parametrize(
    "spellings",
    [
        ("Иванов", "Ivanov", "Iwanow", "IVANOV"),
        ("Юлия", "Yuliya", "Julia", "Iuliia"),
        ("Щербаков", "Shcherbakov", "Scherbakow"),
        ("Хрущёв", "Хрущев", "Khrushchev"),
        ("Алексей", "Alexey", "Aleksej", "Alexei"),
        ("Цой", "Tsoy"),
        ("Чайковский", "Tchaikovsky", "Tschaikowski"),
        ("Мюллер", "Müller", "Mueller"),
        ("Шмидт", "Schmidt"),
        ("Фёдоров", "Fyodorov", "Fedorov"),
        ("Жуков", "Zhukov"),
        ("Михаил", "Mikhail"),
        ("Weiß", "Weiss"),
        ("Łukasz", "Lukasz"),
    ],
)
def test_a_name_is_the_same_word_however_it_is_written(spellings: tuple[str, ...]) -> None:
    assert len({spelling.folded(one) for one in spellings}) == 1


def test_letters_put_together_of_two_signs_are_the_same() -> None:
    assert spelling.folded("Иосифович Й") == spelling.folded("Иосифович \u0418\u0306")


@pytest.mark.parametrize("typed", ["ivanv", "ivvanov", "ivanow", "vianov", "ivanob", "ivano", "ivanovv"])
def test_a_slip_is_shared_by_what_was_meant_and_what_was_typed(typed: str) -> None:
    meant, slipped = spelling.folded("Ivanov"), spelling.folded(typed)
    assert {meant, *spelling.slips(meant)} & {slipped, *spelling.slips(slipped)}


@pytest.mark.parametrize("typed", ["petrov", "iv", "ivanovichi"])
def test_what_is_another_word_is_no_slip(typed: str) -> None:
    meant = spelling.folded("Ivanov")
    assert not {meant, *spelling.slips(meant)} & {typed, *spelling.slips(typed)}


def test_short_words_forgive_nothing() -> None:
    assert list(spelling.slips("ann")) == []
    assert "ana" in list(spelling.slips("anna"))


def test_words_stand_in_their_order_and_once() -> None:
    assert spelling.words("Anna-Maria von Трапп, anna") == ["ana", "maria", "von", "trap"]
