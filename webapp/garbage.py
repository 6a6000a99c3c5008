"""How often Python looks for garbage: seldom, since nearly all that a process makes at its start stays for good."""

import gc

# After every seven hundred new objects, as is usual, costs a twentieth of the start and some time of each click.
gc.set_threshold(50_000)
