"""Groups of points merged two at a time, always the two whose merger costs the least likelihood."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.stopping import ShouldStop, check, never

SMALLEST = 0.003  # ε where every axis has variance 1; 0.1 cuts long groups, 0.001 follows chance
CHECKED_EVERY = 64  # mergers


def merged_labels(
    places: FloatArray,
    masses: FloatArray,
    k: int,
    smallest: float = SMALLEST,
    should_stop: ShouldStop = never,
) -> IntArray:
    """The group 0…K−1 of each of m points (d, m) with ``masses`` (m,), when only K groups are left.

    Groups are numbered in the order of their first points. ``smallest`` is ε of the criterion; the larger,
    the closer to Ward's.
    """
    groups = _Groups(places, masses, smallest)
    labels = np.arange(len(masses))
    if k == 1:
        return np.zeros_like(labels)
    table = _Table(groups, should_stop)
    for merger in range(len(masses) - k):
        if merger % CHECKED_EVERY == 0:
            check(should_stop)
        kept, gone = table.cheapest()
        groups.merge(kept, gone)
        labels[labels == gone] = kept
        table.renew(kept, gone)
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


class _Groups:
    """Masses (m,), means (d, m), scatters (d, d, m) and criterion values (m,) of groups, merged in place."""

    def __init__(self, places: FloatArray, masses: FloatArray, smallest: float) -> None:
        d, m = places.shape
        self.masses, self.means, self.scatters = masses.copy(), places.copy(), np.zeros((d, d, m))
        self._ridge = smallest * np.eye(d)[:, :, None]
        self._values = self._criterion(self.masses, self.scatters)

    def costs(self, group: int, others: IntArray | slice) -> FloatArray:
        """How much the criterion grows if ``group`` is merged with each of the others; never below 0."""
        masses, scatters = self._together(group, others)
        apart = self._values[group] + self._values[others]
        return np.asarray(np.maximum(self._criterion(masses, scatters) - apart, 0.0))

    def merge(self, kept: int, gone: int) -> None:
        """Put the points of ``gone`` into ``kept``; nothing must be asked about ``gone`` any more."""
        both = slice(gone, gone + 1)
        masses, scatters = self._together(kept, both)
        shift = self.means[:, gone] - self.means[:, kept]
        self.means[:, kept] += self.masses[gone] / masses[0] * shift
        self.masses[kept], self.scatters[:, :, kept] = masses[0], scatters[:, :, 0]
        self._values[kept] = self._criterion(masses, scatters)[0]

    def _together(self, group: int, others: IntArray | slice) -> tuple[FloatArray, FloatArray]:
        """Masses and scatters of ``group`` together with each of the others."""
        own, mass = self.masses[others], self.masses[group]
        masses = own + mass
        shift = self.means[:, others] - self.means[:, group, None]
        between = own * mass / masses * shift[:, None] * shift
        return masses, self.scatters[:, :, others] + self.scatters[:, :, group, None] + between

    def _criterion(self, masses: FloatArray, scatters: FloatArray) -> FloatArray:
        """n log |W/n + εI|: twice the negative classification log-likelihood but for what never changes."""
        return np.asarray(masses * _log_determinants(scatters / masses + self._ridge))


class _Table:
    """The costs of all mergers (m, m), and for every group the cheapest partner, or one that was."""

    def __init__(self, groups: _Groups, should_stop: ShouldStop) -> None:
        m = len(groups.masses)
        self._groups = groups
        self._there = np.ones(m, dtype=bool)
        self._costs = np.empty((m, m))
        for row in range(m):
            if row % CHECKED_EVERY == 0:
                check(should_stop)
            self._costs[row] = groups.costs(row, slice(None))
        np.fill_diagonal(self._costs, np.inf)
        self._partner = self._costs.argmin(axis=1)
        self._least = self._costs.min(axis=1)

    def cheapest(self) -> tuple[int, int]:
        """The two groups to merge next, the lower number first; of equally cheap pairs the first."""
        one = int(self._least.argmin())
        other = int(self._partner[one])
        return min(one, other), max(one, other)

    def renew(self, kept: int, gone: int) -> None:
        """Costs after ``gone`` went into ``kept``.

        Of a pair only the one that changed last need know that it is cheap: those for whom ``kept`` is now
        the cheapest partner, but was not before, are left alone.
        """
        self._there[gone] = False
        self._costs[gone], self._costs[:, gone], self._least[gone] = np.inf, np.inf, np.inf
        others = np.flatnonzero(self._there)
        others = others[others != kept]
        self._costs[kept, others] = self._costs[others, kept] = self._groups.costs(kept, others)
        partner = self._partner[others]
        stale = (partner == kept) | (partner == gone)
        again = np.append(others[stale], kept)
        self._partner[again] = self._costs[again].argmin(axis=1)
        self._least[again] = self._costs[again, self._partner[again]]


def _log_determinants(matrices: FloatArray) -> FloatArray:
    """log |A| of positive definite matrices (d, d, m), (m,)."""
    if len(matrices) == 0:
        return np.zeros(matrices.shape[2])
    if len(matrices) == 1:
        return np.asarray(np.log(matrices[0, 0]))
    if len(matrices) == 2:
        return np.asarray(np.log(matrices[0, 0] * matrices[1, 1] - matrices[0, 1] ** 2))
    return np.asarray(np.linalg.slogdet(np.moveaxis(matrices, 2, 0))[1])
