"""What merging does with each column that says whose a row is. A column not named here fails a test."""

from collections.abc import Mapping

# Rows that become those of whoever is kept. Where the kept one has the same already (the same fact, the same kind
# that is switched off, somebody who looks after them), theirs stands and the other goes until they are parted.
MOVED = frozenset(
    {
        "builds.owner",
        "orders.owner",
        "cart_lines.owner",
        "current_builds.owner",
        "comments.writer",
        "proposals.writer",
        "threads.owner",
        "threads.customer_id",
        "consents.customer_id",
        "contacts.customer_id",
        "errands.customer_id",
        "managers.customer_id",
        "touchpoints.customer_id",
        "stated_facts.customer_id",
        "unused_facts.customer_id",
        "asked_questions.customer_id",
        "news_openings.customer_id",
        "rights_requests.customer_id",
        "subscribers.customer_id",
        "customer_levels.customer_id",
        "level_changes.customer_id",
        "stated_addresses.customer_id",
        "merged_accounts.customer_id",
    }
)
# Of these the business of sales knows more than that they move.
BY_SALES = frozenset(
    {
        "builds.owner",
        "orders.owner",
        "cart_lines.owner",
        "current_builds.owner",
        "comments.writer",
        "proposals.writer",
    }
)
OLD_NAME = (
    "the old name stands in merged_accounts, so that it is found, taken away and erased with the kept one"
)
OLD_ADDRESS = (
    "the address stands in merged_accounts, so that it is found, taken away and erased with the kept one"
)
# What stays as it is, and why.
LEFT: Mapping[str, str] = {
    "customers.owner": "the row of the merged account itself, which goes and comes back",
    "customer_sessions.customer_id": "ended for good: whoever was signed in signs in again",
    "merged_accounts.owner": "the record of merging itself",
    "different_people.one": "goes with its judgement",
    "different_people.other": "goes with its judgement",
    "search_entries.owner": "learnt anew from the rows themselves",
    "search_entries.customer_id": "learnt anew from the rows themselves",
    "inferred_preferences.customer_id": "learnt anew from what they rest on",
    "preference_reckonings.customer_id": "learnt anew from what they rest on",
    "touchpoints.visitor": f"counted as it was; {OLD_NAME}",
    "demand_journeys.visitor": f"counted as it was; {OLD_NAME}",
    "rehearsed.owner": f"a trial run tells of its day; {OLD_NAME}",
    "offer_uses.customer": f"used once by each of them; {OLD_NAME}",
    "offer_uses.email": OLD_ADDRESS,
    "orders.email": "an order says what was said when it was placed",
    "threads.email": "a guest's, who is written to there",
    "rights_requests.email": "answered where it was asked from",
    "sign_in_requests.email": "those that wait are dropped: the address may open nothing any more",
    "attempts.key": OLD_ADDRESS,
    "outbox.recipient": OLD_ADDRESS,
    "incoming_mails.sender": OLD_ADDRESS,
    "customer_import_rows.customer_id": f"a row of a file is about the account that it made; {OLD_ADDRESS}",
    "customer_import_rows.email": OLD_ADDRESS,
    "subscribers.email": "a guest's; found by the address",
    "opt_ins.email": OLD_ADDRESS,
    "guest_consents.email": OLD_ADDRESS,
}
# Tables that are looked at before and after, so that what merging did to them can be taken back: those above, and rows
# that hang on them.
LOOKED_AT = tuple(
    sorted(
        {place.partition(".")[0] for place in MOVED}
        | {
            "customers",
            "customer_import_rows",
            "customer_sessions",
            "subscriptions",
            "digests",
            "digest_entries",
        }
    )
)
