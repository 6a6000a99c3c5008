"""Two customers who are one are merged by a colleague and parted again; one who is erased is on no page any more."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.desk import sign_in
from tests.browser.standing import fits
from webapp import clock, search_worker
from webapp.customers import customer, rights_request, staff_member
from webapp.customers.colleague import Colleague
from webapp.customers.rights_request import Channel, Kind, RightsRequest
from webapp.database import Database
from webapp.relations.card import contact
from webapp.relations.card.contact import Contact, Way
from webapp.relations.segments import segment


def test_two_are_merged_and_parted_and_one_is_erased(
    page: Page, shop: Flask, base_url: str, javascript: bool, axe_finds_nothing: Callable[[], None]
) -> None:
    mark = "js" if javascript else "plain"
    database: Database = shop.extensions["lekalo.database"]
    sign_in(page.context, shop, base_url, f"merging.{mark}@example.com", name="Vera")
    first, second, asked, rule = settle(database, mark)
    page.set_viewport_size({"width": 360, "height": 800})

    page.goto("/staff/customers/duplicates")
    pair = page.locator(f'[data-pair="{first}-{second}"]')
    expect(pair).to_contain_text("the same telephone number")
    axe_finds_nothing()
    fits(page)
    pair.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Merge two into one")).to_be_visible()
    axe_finds_nothing()
    fits(page)
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("Say how you know. If you do not, ask them first.")).to_be_visible()
    page.get_by_label("They were here and showed who they are").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("They are one customer now.")).to_be_visible()
    expect(page.locator("[data-channel=contact]").first).to_contain_text(f"Told the second of {mark}")
    axe_finds_nothing()
    fits(page)
    page.goto(f"/staff/customers/{second}")
    expect(page.locator(f'[data-customer="{first}"]')).to_be_visible()

    page.get_by_text("Part them again").click()
    page.get_by_role("button", name="Part them").click()
    expect(page.get_by_text("They are two again")).to_be_visible()
    expect(page.locator("[data-channel=contact]")).to_have_count(0)
    page.goto(f"/staff/customers/{second}")
    expect(page.locator("[data-channel=contact]").first).to_contain_text(f"Told the second of {mark}")

    expect_in_segment(page, rule, second, there=True)
    page.goto(f"/staff/requests/{asked}")
    page.locator("summary", has_text="Erase them").click()
    page.get_by_label("How you know that it is them").fill("They were here")
    page.get_by_label("Erase them for good").check()
    page.get_by_role("button", name="Erase them").click()
    expect(page.get_by_text("Erased. Its number:")).to_be_visible()
    answer = page.goto(f"/staff/customers/{second}")
    assert answer is not None
    assert answer.status == 404
    expect_in_segment(page, rule, second, there=False)
    page.goto(f"/staff/customers?words=zweitling.{mark}")
    expect(page.locator(f'[data-person="{second}"]')).to_have_count(0)
    page.goto("/staff/customers/duplicates")
    expect(page.locator(f'[data-pair="{first}-{second}"]')).to_have_count(0)


def settle(database: Database, mark: str) -> tuple[int, int, str, str]:
    """Two customers with one telephone, something said to the second, who asks to be erased; a segment of both."""
    at = clock.now()
    phone = f"+49 30 99{len(mark)}{sum(map(ord, mark))}77"
    with database.writing() as session:
        numbers = []
        for place, name in enumerate(("erstling", "zweitling")):
            known = customer.proven(
                session, f"{name}.{mark}@example.com", language="en", at=at + timedelta(seconds=place)
            )
            known.name, known.phone = f"{name.title()} {mark.title()}", phone
            session.flush()
            numbers.append(known.id or 0)
        member = staff_member.everybody(session)[0]
        said = Contact(
            token=f"merging-{mark}-is-said",
            customer_id=numbers[1],
            way=Way.NOTE.value,
            words=f"Told the second of {mark}",
            at=at,
            staff_member_id=member.id or 0,
            staff_name=member.name,
        )
        contact.log(session, said)
        asked = rights_request.ask(
            session,
            RightsRequest(
                token=f"merging-{mark}-is-asked",
                customer_id=numbers[1],
                kind=Kind.ERASE.value,
                channel=Channel.SITE.value,
                language="en",
                email=f"zweitling.{mark}@example.com",
                words="Please forget me",
                received_at=at,
                due_on=rights_request.due_on(clock.day_of(at, "UTC"), "en"),
            ),
        )
        rule = segment.make(
            session,
            f"New {mark}",
            "since < 1 day ago",
            token=f"merging-{mark}",
            who=Colleague.of(member, ""),
            at=at,
        )
        first, second = numbers
        found = first, second, asked.code, rule.code
    search_worker.learn(database, clock.now())
    return found


def expect_in_segment(page: Page, rule: str, number: int, *, there: bool) -> None:
    page.goto(f"/staff/segments/{rule}/people")
    expect(page.locator(f'a[href="/staff/customers/{number}"]')).to_have_count(1 if there else 0)
