"""Where the points of a stroke go, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gmmviewer.scene.strokes import CUT, every, gaussian_disc, round_disc

N = 20_000


def radii_squared(places: np.ndarray) -> np.ndarray:
    return np.asarray((places**2).sum(axis=1))


def test_a_round_spray_is_even() -> None:
    places = round_disc(N, 2, np.random.default_rng(1))
    assert stats.kstest(radii_squared(places), "uniform").pvalue > 0.01
    assert stats.kstest((np.arctan2(*places.T) + np.pi) / (2 * np.pi), "uniform").pvalue > 0.01
    line = round_disc(N, 1, np.random.default_rng(1))[:, 0]
    assert stats.kstest((line + 1) / 2, "uniform").pvalue > 0.01


def test_a_gaussian_spray_is_a_gaussian_cut_off_at_the_circle() -> None:
    places = gaussian_disc(N, 2, np.random.default_rng(1))
    squares = radii_squared(places) * CUT**2  # χ² with two degrees of freedom, cut off
    assert squares.max() <= CUT**2
    assert stats.kstest(stats.chi2(2).cdf(squares) / stats.chi2(2).cdf(CUT**2), "uniform").pvalue > 0.01
    assert stats.kstest((np.arctan2(*places.T) + np.pi) / (2 * np.pi), "uniform").pvalue > 0.01
    line = gaussian_disc(N, 1, np.random.default_rng(1))
    assert line.shape == (N, 1)
    assert np.abs(line).max() <= 1.0


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 300)] * 2), min_size=1, max_size=8),
    st.sampled_from([1.5, 10.0, 60.0]),
    st.sampled_from([1, 2]),
)
def test_stops_are_evenly_spaced_along_the_way(way: list[tuple[int, int]], spacing: float, d: int) -> None:
    corners = np.array(way, dtype=float)[:, :d]
    walked = np.concatenate([[0.0], np.cumsum(np.sqrt((np.diff(corners, axis=0) ** 2).sum(axis=1)))])
    stops = every(corners, spacing)
    assert len(stops) == int(walked[-1] / spacing + 1e-9) + 1
    np.testing.assert_array_equal(stops[0], corners[0])
    for number, stop in enumerate(stops):  # each lies on the piece on which so much has been walked
        piece = min(int(np.searchsorted(walked, number * spacing, side="right")) - 1, len(corners) - 2)
        if piece < 0:
            continue
        share = (number * spacing - walked[piece]) / max(walked[piece + 1] - walked[piece], 1e-300)
        expected = corners[piece] + min(share, 1.0) * (corners[piece + 1] - corners[piece])
        np.testing.assert_allclose(stop, expected, atol=1e-6)


@pytest.mark.parametrize("d", [1, 2])
def test_a_way_that_goes_nowhere_has_one_stop(d: int) -> None:
    assert every(np.full((3, d), 7.0), 10.0).tolist() == [[7.0] * d]
