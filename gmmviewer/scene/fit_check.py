"""How well a mixture describes the points, as arrays to draw: one axis after the other.

In one dimension everything is in data units. In two, an axis is taken by the Rosenblatt transform: the first
as it is, the second given the first; both are normal scores, and uniform after Φ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.agreement import Agreement, agreement
from gmmviewer.mixture.arrays import FloatArray, IntArray, frozen
from gmmviewer.mixture.diagnostics import (
    KolmogorovSmirnov,
    PitHistogram,
    QuantilePlot,
    Rootogram,
    kolmogorov_smirnov,
    pit_histogram,
    quantile_plot,
    rootogram,
    score_plot,
)
from gmmviewer.mixture.distribution import marginal, pit, scores
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.histogram import histogram
from gmmviewer.scene.ranges import padded_range

MOST_ROWS = 1_000_000  # of more points, evenly spaced ones are looked at: the plots would be the same
MOST_STEPS = 800  # of an empirical distribution function: more than there are pixels
GRID = 400  # places of a smooth distribution function


@dataclass(frozen=True, eq=False)
class DistributionPlot:
    """The share of points below x against the one the mixture expects.

    ``values`` (m,) rise, with the shares ``empirical`` (m,) at and below them; ``grid`` (g,) with
    ``theoretical`` (g,). ``at`` is where the Kolmogorov–Smirnov ``distance`` is reached.
    """

    values: FloatArray
    empirical: FloatArray
    grid: FloatArray
    theoretical: FloatArray
    distance: KolmogorovSmirnov
    at: float


@dataclass(frozen=True, eq=False)
class AxisCheck:
    """One axis: quantiles, distribution functions, transforms, and the histogram of its marginal."""

    name: str
    quantiles: QuantilePlot
    distribution: DistributionPlot
    transforms: PitHistogram
    residuals: Rootogram


@dataclass(frozen=True, eq=False)
class FitCheck:
    """``axes`` of a fit, ``agreement`` with the truth where it is known, and how many ``rows`` were used."""

    points: PointSet
    mixture: Mixture
    axes: tuple[AxisCheck, ...]
    agreement: Agreement | None
    rows: int


def fit_check(points: PointSet, mixture: Mixture, should_stop: ShouldStop = never) -> FitCheck:
    """Check a mixture (standard units) against points; ``ValueError`` without points."""
    if points.n == 0:
        raise ValueError("there are no points to compare with")
    sample = points.sample
    stride = -(-sample.n // MOST_ROWS)
    thin = sample.every(stride)
    box = np.stack(sample.box)
    found = scores(thin.columns.T, mixture, box, should_stop)
    axes = []
    for axis in range(points.d):
        check(should_stop)
        axes.append(_axis_check(points, thin, mixture, found[:, axis], axis))
    check(should_stop)
    truth = None if points.truth is None else points.truth[::stride]
    return FitCheck(points, mixture, tuple(axes), _agreement(thin, mixture, truth), thin.n)


def axis_names(points: PointSet) -> tuple[str, ...]:
    """ "waiting", "eruptions given waiting": what the axes of a check are called."""
    first, *others = points.columns
    return (first, *(f"{name} given {first}" for name in others))


def _axis_check(
    points: PointSet, sample: Sample, mixture: Mixture, found: FloatArray, axis: int
) -> AxisCheck:
    from scipy.special import ndtr

    box, units = np.stack(points.sample.box), points.units
    transforms = np.asarray(ndtr(found))
    values = sample.columns[axis]
    if points.d == 1:
        plot = _restored(quantile_plot(values, mixture, sample.weights, box=box), points)
        low, high = padded_range(float(values.min()), float(values.max()))
        grid = np.linspace(low, high, GRID)
        expected = pit(grid[:, None], mixture, box)[:, 0]
        curve = _distribution(values, transforms, grid, expected, sample.weights)
        curve = replace(
            curve,
            values=units.restore(curve.values[:, None])[:, 0],
            grid=units.restore(grid[:, None])[:, 0],
            at=float(units.restore(np.array([curve.at]))[0]),
        )
    else:
        plot = score_plot(found, sample.weights)
        ends = np.array([0.0, 1.0])
        curve = _distribution(transforms, transforms, ends, ends, sample.weights)
    return AxisCheck(
        axis_names(points)[axis],
        plot,
        curve,
        pit_histogram(transforms, sample.weights),
        _residuals(sample, mixture, axis, box),
    )


def _distribution(
    values: FloatArray,
    transforms: FloatArray,
    grid: FloatArray,
    expected: FloatArray,
    weights: FloatArray | None,
) -> DistributionPlot:
    distance = kolmogorov_smirnov(transforms, weights)
    order = np.argsort(values, kind="stable")
    n = len(order)
    shares = np.arange(1.0, n + 1.0) if weights is None else np.cumsum(weights[order])
    kept = np.unique(np.linspace(0, n - 1, min(n, MOST_STEPS)).round().astype(np.int64))
    at = float(values[distance.row]) if distance.row is not None else 0.0
    return DistributionPlot(values[order[kept]], shares[kept] / shares[-1], grid, expected, distance, at)


def _restored(plot: QuantilePlot, points: PointSet) -> QuantilePlot:
    """A Q-Q plot in data units."""
    parts = (plot.theoretical, plot.observed, plot.lower, plot.upper)
    middle, observed, lower, upper = (points.units.restore(part[:, None])[:, 0] for part in parts)
    return QuantilePlot(middle, observed, lower, upper, plot.level)


def _residuals(sample: Sample, mixture: Mixture, axis: int, box: FloatArray) -> Rootogram:
    """Hanging residuals of one coordinate by itself, edges in data units."""
    one, side = marginal(mixture, axis, box), box[:, [axis]]
    bars = histogram(sample.columns[axis])
    counts = bars.counts
    if sample.weights is not None:
        counts = np.histogram(sample.columns[axis], bars.edges, weights=sample.weights)[0]
    found = rootogram(bars.edges, counts, one, box=side)
    centre, scale = float(sample.units.centre[axis]), sample.units.scale
    return replace(found, edges=frozen(found.edges * scale + centre))


def _agreement(sample: Sample, mixture: Mixture, truth: IntArray | None) -> Agreement | None:
    if truth is None or not (truth >= 0).any():
        return None
    return agreement(hard_labels(sample.columns, mixture), truth, k=mixture.n_components)
