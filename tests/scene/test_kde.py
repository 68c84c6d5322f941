"""The kernel density: as exact as a picture needs, fast at any size, with a kernel that suits the data."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gaussian_kde

from gmmviewer.mixture.density import log_density
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.kde import Kde, bandwidth, kernel_density
from gmmviewer.scene.ordered import Ordered

FAITHFUL = Path(__file__).parents[1] / "reference" / "old_faithful_2d.json"


def estimate(values: np.ndarray, weights: np.ndarray | None = None) -> Kde:
    found = kernel_density(Ordered.of(values, weights))
    assert found is not None
    return found


def by_scipy(values: np.ndarray, width: float, x: np.ndarray) -> np.ndarray:
    return gaussian_kde(values, bw_method=width / values.std(ddof=1))(x)


@pytest.mark.parametrize("n", [2, 10, 300, 3000])
@pytest.mark.parametrize("kind", ["gaussian", "exponential", "far", "groups"])
def test_it_agrees_with_scipy(n: int, kind: str) -> None:
    generator = np.random.default_rng(n)
    values = {
        "gaussian": generator.normal(size=n),
        "exponential": generator.exponential(size=n),
        "far": 1.6e9 + generator.normal(size=n),
        "groups": np.concatenate([generator.normal(size=n // 2), generator.normal(40, 2, n - n // 2)]),
    }[kind]
    kde = estimate(values)
    margin = 3 * kde.bandwidth
    x = np.linspace(values.min() - margin, values.max() + margin, 400)
    wanted = by_scipy(values, kde.bandwidth, x)
    assert np.abs(kde.at(x) - wanted).max() < 1e-3 * wanted.max()


def test_it_is_exact_where_every_cell_holds_one_value() -> None:
    values = np.arange(40.0) ** 1.5
    kde = kernel_density(Ordered.of(values), width=2.0)
    assert kde is not None
    x = np.linspace(-5, 260, 333)
    np.testing.assert_allclose(kde.at(x), by_scipy(values, 2.0, x), rtol=1e-10, atol=1e-17)


@given(arrays(np.float64, st.integers(2, 200), elements=st.floats(-1e100, 1e100)))
def test_any_values_have_a_density_of_area_one(values: np.ndarray) -> None:
    kde = kernel_density(Ordered.of(values))
    if kde is None:
        assert np.ptp(values) < 1e-100
        return
    assert kde.shares.sum() == pytest.approx(1.0)
    assert (np.diff(kde.centres) >= 0).all()
    assert values.min() <= kde.centres[0] <= kde.centres[-1] <= values.max()
    middle = float(np.median(values))
    x = kde.places(middle - 5 * kde.bandwidth, middle + 5 * kde.bandwidth)
    assert np.isfinite(kde.at(x)).all()


def test_the_area_is_one() -> None:
    values = np.random.default_rng(3).standard_t(3.0, size=20_000)
    kde = estimate(values)
    x = np.arange(values.min() - 9 * kde.bandwidth, values.max() + 9 * kde.bandwidth, kde.bandwidth / 8)
    assert np.trapezoid(kde.at(x), x) == pytest.approx(1.0, abs=1e-9)


@given(arrays(np.float64, st.integers(3, 40), elements=st.floats(-50, 50)), st.data())
def test_a_weight_is_a_number_of_times(values: np.ndarray, data: st.DataObject) -> None:
    weights = data.draw(arrays(np.int64, len(values), elements=st.integers(1, 4)))
    weighed = kernel_density(Ordered.of(values, weights))
    repeated = kernel_density(Ordered.of(np.repeat(values, weights)))
    assert (weighed is None) == (repeated is None)
    if weighed is None or repeated is None or repeated.bandwidth < 1e-9:
        return
    assert weighed.bandwidth == pytest.approx(repeated.bandwidth)
    x = np.linspace(-60, 60, 50)
    wanted = repeated.at(x)
    assert np.abs(weighed.at(x) - wanted).max() <= 2e-3 * max(float(wanted.max()), 1e-300)


def test_many_points_need_few_cells_and_find_the_density() -> None:
    values = np.random.default_rng(0).normal(size=1_000_000)
    kde = estimate(values)
    assert len(kde.centres) < 3000
    x = np.linspace(-4, 4, 200)
    exact = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    assert np.abs(kde.at(x) - exact).max() < 0.01 * exact.max()


def test_outliers_cost_no_cells() -> None:
    values = np.r_[np.random.default_rng(0).normal(size=999), 1e12]
    kde = estimate(values)
    assert len(kde.centres) < 1000
    assert kde.bandwidth < 1.0
    x = kde.places(-5.0, 1e12)
    assert kde.at(x).max() > 0.3, "the group is seen although it is narrower than a pixel"


def test_an_outlier_takes_no_digits_from_the_others() -> None:
    core = np.random.default_rng(5).normal(size=500)
    x = np.linspace(-3, 3, 100)
    alone = kernel_density(Ordered.of(core), width=0.2)
    for outlier in (-1e14, 1e14):
        with_outlier = kernel_density(Ordered.of(np.append(core, outlier)), width=0.2)
        assert alone is not None
        assert with_outlier is not None
        np.testing.assert_allclose(with_outlier.at(x) * 501 / 500, alone.at(x), rtol=1e-9)


# ---------------------------------------------------------------- the bandwidth


def test_one_gaussian_gets_silvermans_bandwidth() -> None:
    values = np.random.default_rng(1).normal(0.0, 3.0, 10_000)
    silverman = 0.9 * 3.0 * 10_000**-0.2
    assert bandwidth(Ordered.of(values)) == pytest.approx(silverman, rel=0.06)


def test_separated_groups_are_not_smeared() -> None:
    """Integrated squared error, against the density the points came from: better than Silverman and Scott."""
    truth = Mixture([0.5, 0.5], [0.0, 20.0], [1.0, 1.0])
    generator = np.random.default_rng(2)
    x = np.linspace(-5, 25, 2000)
    exact = np.exp(log_density(x[:, None], truth))
    errors = np.zeros(3)
    for _ in range(20):
        values = np.where(generator.random(400) < 0.5, 0.0, 20.0) + generator.normal(size=400)
        found = estimate(values).at(x), *(gaussian_kde(values, rule)(x) for rule in ("silverman", "scott"))
        errors += [np.trapezoid((density - exact) ** 2, x) for density in found]
    assert errors[0] < 0.1 * errors[1:].min()


def test_old_faithful_is_as_smooth_as_by_sheather_and_jones() -> None:
    waiting = np.array(json.loads(FAITHFUL.read_text())["data"])[:, 1]
    assert bandwidth(Ordered.of(waiting)) == pytest.approx(2.5, abs=0.5)  # R: bw.SJ(faithful$waiting) 2.50


@pytest.mark.parametrize("n", [300, 100_000])
def test_rounded_data_make_no_comb(n: int) -> None:
    values = np.round(np.random.default_rng(3).normal(70.0, 3.0, n))
    kde = estimate(values)
    x = np.linspace(66.0, 74.0, 801)
    slopes = np.diff(kde.at(x))
    assert (np.diff(np.sign(slopes)) != 0).sum() <= (1 if n > 1000 else 5)


def test_without_any_spread_there_is_none() -> None:
    for values in ([], [3.0], [3.0, 3.0, 3.0], [0.0, 5e-324]):
        assert kernel_density(Ordered.of(values)) is None
    mostly = kernel_density(Ordered.of([0.0] * 90 + [1.0] * 10))
    assert mostly is not None, "half the data are tied, but not all"


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        kernel_density(Ordered.of(np.arange(10.0)), should_stop=bool("stop").__bool__)
