"""For every state of every variable, one best configuration with it: all of them decoded at once from the beliefs.

A configuration is read outward from the state's own bucket: up to the root along its path, each bucket settling what
the step before left open, then down every other branch. Which configurations pass where depends on the tree alone.
"""

import numpy as np

from catalog.tree import Beliefs, Tree


class Witnesses:
    """The plan of decoding for one tree: a column for each state of each variable, at the tree's offsets."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.columns = tree.offsets[-1]
        count = len(tree.buckets)
        self.started: list[np.ndarray] = [np.empty(0, np.intp)] * count
        present: list[set[int]] = [set() for _ in range(count)]
        self.from_child: list[np.ndarray] = [np.empty(0, np.intp)] * count
        for place, bucket in enumerate(tree.buckets):
            own = range(tree.offsets[bucket.variable], tree.offsets[bucket.variable + 1])
            self.started[place] = np.array(own, np.intp)
            present[place] |= set(own)
            self.from_child[place] = np.array(sorted(present[place]), np.intp)
            if bucket.parent >= 0:
                present[bucket.parent] |= present[place]
        everyone = set(range(self.columns))
        self.absent = [np.array(sorted(everyone - here), np.intp) for here in present]

    def decode(self, beliefs: Beliefs) -> np.ndarray:
        """variables x columns: the state of each variable in each column's configuration."""
        tree = self.tree
        states = np.zeros((len(tree.sizes), self.columns), np.intp)
        for place, bucket in enumerate(tree.buckets):
            table = beliefs.tables[place]
            started = self.started[place]
            if started.size:
                states[bucket.variable, started] = np.arange(len(started))
                if bucket.separator:
                    flat = table.reshape(len(table), -1).argmin(axis=1)
                    states[np.array(bucket.separator)[:, None], started] = np.unravel_index(
                        flat, table.shape[1:]
                    )
            if bucket.parent >= 0 and bucket.reduced and self.from_child[place].size:
                self._settle_parent(beliefs, place, states)
        for place in range(len(tree.buckets) - 1, -1, -1):
            bucket, absent = tree.buckets[place], self.absent[place]
            if absent.size:
                table = beliefs.upward.tables[place]
                if bucket.separator:
                    cells = tuple(states[u][absent] for u in bucket.separator)
                    states[bucket.variable, absent] = table[(slice(None), *cells)].argmin(axis=0)
                else:
                    states[bucket.variable, absent] = table.argmin()
        return states

    def _settle_parent(self, beliefs: Beliefs, place: int, states: np.ndarray) -> None:
        """The parent's variables that the child's configurations have not settled yet."""
        bucket = self.tree.buckets[place]
        parent = self.tree.buckets[bucket.parent]
        axes = (parent.variable, *parent.separator)
        passing = self.from_child[place]
        open_axes = [axes[axis] for axis in bucket.reduced]
        turned = beliefs.tables[bucket.parent].transpose(
            [axis for axis in range(len(axes)) if axis not in bucket.reduced] + list(bucket.reduced)
        )
        settled = [u for u in axes if u in bucket.separator]
        rows = turned[tuple(states[u][passing] for u in settled)].reshape(len(passing), -1)
        chosen = np.unravel_index(rows.argmin(axis=1), [self.tree.sizes[u] for u in open_axes])
        states[np.array(open_axes)[:, None], passing] = chosen
