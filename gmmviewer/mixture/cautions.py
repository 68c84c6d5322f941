"""What a person should know about a fit before believing it: properties of the points and of the choices.

Unlike events, which tell what happened in a step, these are known before the first one.
"""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample

FEW_VALUES = 30  # distinct points; ties then make components that collapse
ENOUGH = 50_000  # points, looked at in 3 ms
PROBED = 1000  # points in which a sample with few values shows them all
UNEVEN = 1e3  # one axis this much wider than the other
ON_A_LINE = 1e-10  # of the variance is across the line


def cautions(sample: Sample, plan: Plan, k: int, total: float | None = None) -> tuple[str, ...]:
    """One sentence with advice for each thing to know, most serious first; empty for ordinary data.

    ``total``: how many points there are where the sample is only some of them.
    """
    if sample.n == 0:
        return ()
    some = sample.every(-(-sample.n // ENOUGH))
    counted = sample.total if total is None else total
    found = (_parameters(counted, plan, k, sample.d), _line(some), _values(some), _units(some, plan))
    return tuple(sentence for sentence in found if sentence)


def _parameters(total: float, plan: Plan, k: int, d: int) -> str:
    count = plan.n_parameters(k, d)
    if count < total:
        return ""
    return (
        f"{count} parameters for {total:g} points: BIC and other criteria mean nothing here. "
        "Use fewer components."
    )


def _line(sample: Sample) -> str:
    if sample.d != 2 or sample.n < 3 or not sample.variances.any():
        return ""
    if (sample.variances == 0).any():
        return "One column is constant: show the other one by itself."
    deviations = np.sqrt(sample.variances)
    correlation = float(sample.covariance[0, 1] / (deviations[0] * deviations[1]))
    if 1.0 - correlation * correlation > ON_A_LINE:
        return ""
    return "All points lie on a line: one column by itself says as much."


def _values(sample: Sample) -> str:
    if sample.n <= FEW_VALUES or len(np.unique(sample.columns[:, :PROBED], axis=1).T) > FEW_VALUES:
        return ""
    distinct = len(np.unique(sample.columns, axis=1).T)
    if distinct > FEW_VALUES:
        return ""
    return f"Only {distinct} distinct values: a component may collapse onto one of them."


def _units(sample: Sample, plan: Plan) -> str:
    widest, narrowest = sample.variances.max(), sample.variances.min()
    if not plan.family.compares_axes or narrowest == 0 or widest < UNEVEN**2 * narrowest:
        return ""
    times = f"{np.sqrt(widest / narrowest):.0e} times"
    return (
        f"{plan.family.letters} compares the columns, and one spreads {times} as wide: the fit depends on "
        "the units. Rescale a column, or use a family such as VVV or VVI."
    )
