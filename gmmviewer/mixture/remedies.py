"""What to do about a component that is empty, held at the floor, or the twin of another.

EM never does any of this by itself: a person chooses. To add a remedy, write its function and a line in
``REMEDIES``; the window offers what fits the event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.divergences import bhattacharyya
from gmmviewer.mixture.events import Empty, Event, Floored, Identical
from gmmviewer.mixture.joint import blocks
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.surgery import check_components, merge, prune, rescaled, split, together

WORST_SHARE = 0.05  # of the points: those among which a new place is drawn
FEWEST_WORST = 10  # an outlier is one of at least so many
FLOOR_FACTOR = 100.0  # a step one can see: ten times the standard deviation
LARGEST_FLOOR = 1e-2  # of the variance of the data; more would forbid ordinary clusters
SIZE_STEP = 0.5  # twins about one mean get 1 ∓ this times their covariance

Apply: TypeAlias = Callable[[Sample, Mixture, int, np.random.Generator], Mixture]


@dataclass(frozen=True)
class Remedy:
    """One thing the window offers.

    ``apply(sample, mixture, component, generator)`` gives the mixture to go on from, in standard units and
    not below the sample's floor; it raises ``ValueError`` with fewer than ``fewest`` components. ``kinds`` of
    events it is for. ``floor_factor``: by how much the floor itself is to be raised (see ``raised_floor``).
    ``shared_mean``: only for models whose components do, or do not, share their mean; None: for both.
    """

    name: str
    title: str
    summary: str
    kinds: tuple[str, ...]
    apply: Apply
    fewest: int = 1
    floor_factor: float = 1.0
    shared_mean: bool | None = None


def reseed(sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator) -> Mixture:
    """The component begins again on a point that the others explain badly, as large as in a named start.

    The point is drawn, each row as likely as its weight, from the twentieth of the sample (at least ten
    rows) with the lowest density under the other components: bad places attract, but a single outlier is
    only one of many. It gets 1/K of the weight and a K-th of the data's volume.
    Raises ``ValueError`` without points.
    """
    check_components(mixture, [component])
    rows, chances = _worst_explained(sample, mixture, component)
    k, total = mixture.n_components, float(mixture.weights.sum())
    others = np.arange(k) != component
    weights, means = mixture.weights.copy(), mixture.means.copy()
    covariances = mixture.covariances.copy()
    weights[component] = total / k
    weights[others] = rescaled(mixture.weights[others], total - total / k)
    means[component] = sample.columns[:, generator.choice(rows, p=chances)]
    share = sample.covariance / k ** (2.0 / sample.d)
    covariances[component] = sample.floor.clip_full(share[None])[0][0]  # collinear points have no volume
    return _above_floor(sample, replace(mixture, weights=weights, means=means, covariances=covariances))


def drop(sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator) -> Mixture:
    """The mixture without the component."""
    return _above_floor(sample, prune(mixture, component))


def split_largest(
    sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator
) -> Mixture:
    """The component becomes one half of the largest other one; its own weight goes to all in proportion."""
    check_components(mixture, [component])
    _check_at_least_two(mixture)
    others = np.where(np.arange(mixture.n_components) == component, -np.inf, mixture.weights)
    halves = prune(split(mixture, int(others.argmax())), component)
    return _above_floor(sample, _last_moved_to(halves, component))


def separate(sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator) -> Mixture:
    """The component and its twin move apart along their main axis, keeping their moments together.

    Identical components are a saddle of the log-likelihood: EM treats them alike for ever.
    """
    pair = check_components(mixture, [component, twin_of(mixture, component)])
    halves = split(merge(mixture, pair), int(pair[0]))
    return _above_floor(sample, _last_moved_to(halves, int(pair[1])))


def separate_sizes(
    sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator
) -> Mixture:
    """The component and its twin stay about one mean and differ in size, keeping their moments together.

    For families whose components share their mean, where moving apart means nothing.
    """
    pair = check_components(mixture, [component, twin_of(mixture, component)])
    weight, mean, covariance = together(mixture, pair)
    weights, means = mixture.weights.copy(), mixture.means.copy()
    covariances = mixture.covariances.copy()
    weights[pair], means[pair] = weight / 2, mean
    covariances[pair[0]] = (1.0 - SIZE_STEP) * covariance
    covariances[pair[1]] = (1.0 + SIZE_STEP) * covariance
    return _above_floor(sample, replace(mixture, weights=weights, means=means, covariances=covariances))


def merge_twins(sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator) -> Mixture:
    """The component and its twin become one."""
    return _above_floor(sample, merge(mixture, [component, twin_of(mixture, component)]))


def stay(sample: Sample, mixture: Mixture, component: int, generator: np.random.Generator) -> Mixture:
    """The same mixture, at least as wide as the floor."""
    return _above_floor(sample, mixture)


def twin_of(mixture: Mixture, component: int) -> int:
    """The component most like this one, by Bhattacharyya distance without weights."""
    check_components(mixture, [component])
    _check_at_least_two(mixture)
    distances = bhattacharyya(mixture, mixture)[component]
    distances[component] = np.inf
    return int(distances.argmin())


def raised_floor(fraction: float, factor: float = FLOOR_FACTOR) -> float:
    """The floor to try next, as a fraction of the data's variance: ``factor`` times higher, within reason."""
    return max(fraction, min(fraction * factor, LARGEST_FLOOR))


_COLLAPSED = (Floored.kind, Empty.kind)
_TWINS = (Identical.kind,)

REMEDIES: tuple[Remedy, ...] = (
    Remedy("reseed", "Reseed", "begin again on a point that the others explain badly", _COLLAPSED, reseed),
    Remedy("remove", "Remove", "go on with one component fewer", _COLLAPSED, drop, fewest=2),
    Remedy(
        "split-largest",
        "Split the largest",
        "become one half of the component with the most weight",
        _COLLAPSED,
        split_largest,
        fewest=2,
        shared_mean=False,
    ),
    Remedy(
        "raise-floor",
        "Raise the floor",
        "let no component be thinner than ten times the present limit",
        (Floored.kind,),
        stay,
        floor_factor=FLOOR_FACTOR,
    ),
    Remedy(
        "separate",
        "Separate",
        "move the twins apart along their main axis",
        _TWINS,
        separate,
        fewest=2,
        shared_mean=False,
    ),
    Remedy(
        "separate-sizes",
        "Separate in size",
        "make one twin smaller and the other larger about the same mean",
        _TWINS,
        separate_sizes,
        fewest=2,
        shared_mean=True,
    ),
    Remedy("merge", "Merge", "make one component of the twins", _TWINS, merge_twins, fewest=2),
)


def remedies_for(event: Event, n_components: int, shared_mean: bool = False) -> tuple[Remedy, ...]:
    """What helps against an event in a mixture of K components, best first; nothing for most events."""
    fitting = (r for r in REMEDIES if event.kind in r.kinds and n_components >= r.fewest)
    return tuple(r for r in fitting if r.shared_mean in (None, shared_mean))


def _worst_explained(sample: Sample, mixture: Mixture, component: int) -> tuple[IntArray, FloatArray]:
    """The rows of lowest density without the component, and their chances to be drawn."""
    counts = np.ones(sample.n) if sample.weights is None else sample.weights
    rows = np.flatnonzero(counts > 0)
    if len(rows) == 0:
        raise ValueError("there are no points to begin again on")
    judge = prune(mixture, component) if mixture.n_components > 1 else mixture
    densities = np.empty(sample.n)
    for block in blocks(sample.n, judge.n_rows):
        densities[block] = log_density(sample.columns[:, block].T, judge)
    rows = rows[np.argsort(densities[rows], kind="stable")]
    reached = np.cumsum(counts[rows])
    wanted = int(np.searchsorted(reached, WORST_SHARE * reached[-1])) + 1
    rows = rows[: max(wanted, FEWEST_WORST)]
    return rows, np.asarray(counts[rows] / counts[rows].sum())


def _above_floor(sample: Sample, mixture: Mixture) -> Mixture:
    raised, held = sample.floor.clip_full(mixture.covariances)
    return replace(mixture, covariances=raised) if held.any() else mixture


def _last_moved_to(mixture: Mixture, place: int) -> Mixture:
    """The last component at ``place``, the others in their order."""
    return mixture.permuted(np.insert(np.arange(mixture.n_components - 1), place, mixture.n_components - 1))


def _check_at_least_two(mixture: Mixture) -> None:
    if mixture.n_components < 2:
        raise ValueError("this takes a second component; add one first")
