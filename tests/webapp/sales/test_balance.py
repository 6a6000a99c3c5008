"""What follows from what has come in and gone back."""

import pytest

from webapp.sales.balance import Balance, deposit_of


@pytest.mark.parametrize(
    ("balance", "due", "over", "held"),
    [
        (Balance(1000), 1000, 0, 0),
        (Balance(1000, received=300), 700, 0, 300),
        (Balance(1000, received=1500), 0, 500, 1500),
        (Balance(1000, received=1500, sent_back=500, returned=500), 0, 0, 1000),
        # Kindness is not a debt: what went back for another reason is asked for by nobody.
        (Balance(1000, received=1000, sent_back=200), 0, 0, 800),
        (Balance(1200, received=1000, sent_back=200), 200, 0, 800),
        # The price fell, the difference went back, the price rose again.
        (Balance(1000, received=1000, sent_back=200, returned=200), 200, 0, 800),
    ],
)
def test_what_is_due_over_and_held(balance: Balance, due: int, over: int, held: int) -> None:
    assert (balance.due, balance.over, balance.held) == (due, over, held)


def test_a_deposit_is_a_share_of_the_total_and_lets_work_begin() -> None:
    assert deposit_of(57900, 30) == 17370
    assert deposit_of(57905, 50) == 28953
    assert deposit_of(57900, 0) == 0
    before, after = Balance(1000, 300, received=100), Balance(1000, 300, received=300)
    assert (before.is_begun, before.is_deposit_paid, before.deposit_due) == (True, False, 200)
    assert (after.is_begun, after.is_deposit_paid, after.due) == (True, True, 700)
