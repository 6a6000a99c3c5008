"""Drafts are kept revision by revision; two editors at once lose nothing."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from catalog.merging import Side
from catalog.model import Family
from tests.databases import on_both_databases
from tests.webapp.conftest import a_stool
from webapp import clock
from webapp.catalogues import draft, version
from webapp.catalogues.draft import Act, DraftRevision, Moved, Overlap
from webapp.database import Database

CODE = "stool"


def change(family: Family, **said: Any) -> Family:
    """The stool with another title, currency or price."""
    plain = family.model_dump(mode="json")
    if "price" in said:
        plain["groups"][0]["options"][0]["price"] = said.pop("price")
    return Family.model_validate(plain | said)


def begun(database: Database) -> DraftRevision:
    with database.writing() as session:
        version.publish(session, a_stool(), author="tests", at=clock.now())
        return draft.begin(session, CODE, who="Vera", at=clock.now())


def saved(database: Database, family: Family, base: int, **more: Any) -> DraftRevision:
    with database.writing() as session:
        return draft.save(session, CODE, family, base=base, who="Vera", at=clock.now(), **more)


def stands(database: Database) -> Family:
    with database.reading() as session:
        found = draft.latest(session, CODE)
        assert found
        return draft.document(found)


@on_both_databases
def test_a_draft_begins_from_what_is_on_sale_and_there_is_one(database: Database) -> None:
    first = begun(database)
    assert (first.number, first.version, first.act) == (1, 1, "begun")
    assert draft.document(first) == a_stool()
    with database.writing() as session:
        assert draft.begin(session, CODE, who="Boris", at=clock.now()).id == first.id
        assert draft.codes(session) == [CODE]


@on_both_databases
def test_a_new_family_begins_from_a_document(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(LookupError):
            draft.begin(session, CODE, who="Vera", at=clock.now())
        made = draft.begin(session, CODE, who="Vera", at=clock.now(), family=a_stool())
        assert made.version is None


@on_both_databases
def test_each_save_is_a_revision_unless_nothing_differs(database: Database) -> None:
    begun(database)
    second = saved(database, change(a_stool(), price=5), 1, note="cheaper")
    assert (second.number, second.version, second.author, second.note) == (2, 1, "Vera", "cheaper")
    assert saved(database, change(a_stool(), price=5), 2).number == 2
    with database.reading() as session:
        kept = draft.revision(session, CODE, 1)
        assert kept
        assert draft.document(kept) == a_stool()


@on_both_databases
def test_a_form_that_comes_twice_is_saved_once(database: Database) -> None:
    begun(database)
    first = saved(database, change(a_stool(), price=5), 1, token="once" * 5)
    saved(database, change(a_stool(), price=6), 2, token="again" * 5)
    assert saved(database, change(a_stool(), price=5), 1, token="once" * 5).id == first.id
    assert stands(database).groups[0].options[0].price == 6


@on_both_databases
def test_a_form_that_was_gone_back_to_and_changed_is_another_edit(database: Database) -> None:
    begun(database)
    saved(database, change(a_stool(), price=5), 1, token="once" * 5)
    with pytest.raises(Overlap):
        saved(database, change(a_stool(), price=6), 1, token="once" * 5)
    saved(database, change(a_stool(), price=5, currency="USD"), 1, token="once" * 5)
    assert stands(database) == change(a_stool(), price=5, currency="USD")


@on_both_databases
def test_a_merged_form_that_comes_twice_is_saved_once(database: Database) -> None:
    begun(database)
    saved(database, change(a_stool(), price=5), 1)
    first = saved(database, change(a_stool(), currency="USD"), 1, token="once" * 5)
    saved(database, change(a_stool(), price=6, currency="USD"), 3)
    assert saved(database, change(a_stool(), currency="USD"), 1, token="once" * 5).id == first.id


@on_both_databases
def test_an_edit_on_an_older_revision_is_merged_where_it_touches_other_places(database: Database) -> None:
    begun(database)
    saved(database, change(a_stool(), price=5), 1)
    merged = saved(database, change(a_stool(), currency="USD"), 1)
    assert (merged.number, merged.merged_from) == (3, 1)
    assert stands(database) == change(a_stool(), price=5, currency="USD")


@on_both_databases
def test_the_same_place_is_told_with_both_versions_and_nothing_is_saved(database: Database) -> None:
    begun(database)
    saved(database, change(a_stool(), price=5), 1)
    mine = change(a_stool(), price=7, currency="USD")
    with pytest.raises(Overlap) as caught:
        saved(database, mine, 1)
    [overlap] = caught.value.merged.overlaps
    assert (overlap.base, overlap.mine, overlap.theirs) == (4900, 7, 5)
    assert caught.value.mine == mine
    assert stands(database) == change(a_stool(), price=5)
    saved(database, mine, 1, take={overlap.place: Side.MINE})
    assert stands(database) == mine


@on_both_databases
def test_going_back_asks_to_look_again_where_others_saved(database: Database) -> None:
    begun(database)
    saved(database, change(a_stool(), price=5), 1)
    with database.writing() as session, pytest.raises(Moved):
        draft.put(session, CODE, a_stool(), seen=1, act=Act.RETURNED, who="Vera", at=clock.now())
    with database.writing() as session:
        back = draft.put(session, CODE, a_stool(), seen=2, act=Act.RETURNED, who="Vera", at=clock.now())
    assert (back.number, back.act) == (3, "returned")
    assert stands(database) == a_stool()


@on_both_databases
def test_what_many_save_at_the_same_moment_is_all_there(database: Database) -> None:
    begun(database)
    languages = [f"x{letter}" for letter in "abcdef"]
    failures: list[BaseException] = []

    def at_once(act: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                act()
            except BaseException as error:
                failures.append(error)

        return threading.Thread(target=run)

    def edit(language: str) -> Callable[[], object]:
        title = a_stool().title.root | {language: language}
        return lambda: saved(database, change(a_stool(), title=title), 1)

    threads = [at_once(edit(language)) for language in languages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert set(stands(database).title.root) == {"en", "ru", *languages}
