"""What pictures of the line know of the points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.data.generators import scale_mixture
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.stopping import Cancelled, never
from gmmviewer.scene.bins import BinRule
from gmmviewer.scene.histogram import histogram
from gmmviewer.scene.line import QUICK_POINTS, LinePainter, LineRequest, true_classes
from gmmviewer.scene.palette import LINE_STYLES, line_style
from gmmviewer.scene.rendering import Painters
from gmmviewer.scene.scatter import first_in_line, heights, places_in_line, sampled_rows


def weighed(n: int = 500) -> PointSet:
    generator = np.random.default_rng(4)
    values = generator.normal(size=n)
    return PointSet.of(values, truth=generator.integers(-1, 3, n), weights=generator.integers(0, 4, n))


def test_the_render_thread_answers_requests() -> None:
    request = LineRequest(weighed(), BinRule.SCOTT, kde=True, classes=True)
    answer = Painters().paint(request, never)
    assert answer.request is request


def test_the_same_question_has_the_same_answer() -> None:
    points = weighed()
    request = LineRequest(points)
    assert request.same_picture(LineRequest(points, bins=7)), "bins count only by hand"
    for other in (
        LineRequest(points, BinRule.RICE),
        LineRequest(points, tails=True),
        LineRequest(points, kde=True),
        LineRequest(points, classes=True),
        LineRequest(weighed()),
    ):
        assert not request.same_picture(other)
    by_hand = LineRequest(points, BinRule.BY_HAND, 7)
    assert not by_hand.same_picture(LineRequest(points, BinRule.BY_HAND, 8))
    assert LineRequest(points).quick
    assert not LineRequest(PointSet.of(np.zeros(QUICK_POINTS + 1))).quick


def test_a_painter_can_be_used_again_after_it_was_stopped() -> None:
    painter, request = LinePainter(), LineRequest(weighed(), kde=True)
    with pytest.raises(Cancelled):
        painter.paint(request, bool("stop").__bool__)
    line = painter.paint(request)
    assert line.kde is not None
    assert line.histogram.counts.sum() == pytest.approx(request.points.weights.sum())
    again = painter.paint(LineRequest(request.points, BinRule.RICE, kde=True))
    assert again.kde is line.kde, "other bins need no other kernel density"


# ---------------------------------------------------------------- classes


def test_bars_of_classes_add_up_to_those_of_all() -> None:
    points = scale_mixture(1)
    bars = histogram(points.values[:, 0])
    classes = true_classes(points, bars)
    assert classes is not None
    np.testing.assert_allclose(classes.heights.sum(axis=0), bars.heights)
    widths = np.diff(bars.edges)
    shares = np.bincount(points.truth) / points.n
    np.testing.assert_allclose((classes.heights * widths).sum(axis=1), shares)


def test_classes_by_brute_force() -> None:
    points = weighed()
    bars = histogram(points.values[:, 0], weights=points.weights)
    classes = true_classes(points, bars)
    assert classes is not None
    assert classes.labels.tolist() == [0, 1, 2]
    for row, label in enumerate(classes.labels):
        mine = points.truth == label
        values, weights = points.values[mine, 0], points.weights[mine]
        counts = np.histogram(values, bars.edges, weights=weights)[0]
        np.testing.assert_allclose(
            classes.heights[row], counts / points.weights.sum() / np.diff(bars.edges), atol=1e-12
        )
        assert classes.mixture.means[row, 0] == pytest.approx(np.average(values, weights=weights))
        variance = np.cov(values, aweights=weights, ddof=0)
        assert classes.mixture.covariances[row, 0, 0] == pytest.approx(float(variance))


def test_values_on_an_edge_belong_to_the_bin_above_it_in_classes_too() -> None:
    values = np.repeat(np.arange(5.0), [3, 1, 4, 1, 5])
    bars = histogram(values, 4)
    classes = true_classes(PointSet.of(values, truth=np.arange(len(values)) % 2), bars)
    assert classes is not None
    np.testing.assert_allclose(classes.heights.sum(axis=0), bars.heights)


def test_classes_of_which_nothing_is_known_are_none() -> None:
    bars = histogram(np.arange(5.0))
    assert true_classes(PointSet.of(np.arange(5.0)), bars) is None
    assert true_classes(PointSet.of(np.arange(5.0), truth=np.full(5, -1)), bars) is None
    one = true_classes(PointSet.of(np.full(5, 3.0), truth=np.zeros(5)), histogram(np.full(5, 3.0)))
    assert one is not None, "a class without any spread is a class"


# ---------------------------------------------------------------- scattered points


def test_heights_are_even_and_do_not_depend_on_their_neighbours() -> None:
    up = heights(np.arange(100_000))
    assert 0.0 <= up.min() < up.max() < 1.0
    counts = np.histogram(up, 20, (0.0, 1.0))[0]
    assert ((counts - 5000.0) ** 2 / 5000.0).sum() < 45.0, "χ² with 19 degrees of freedom: p > 0.0007"
    assert abs(np.corrcoef(up[:-1], up[1:])[0, 1]) < 0.01
    np.testing.assert_array_equal(heights([7, 99_999]), up[[7, 99_999]])


@given(st.integers(1, 5000), st.integers(2, 500))
def test_a_sample_of_rows_keeps_the_extremes(n: int, limit: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    rows = sampled_rows(values, limit)
    assert (np.diff(rows) > 0).all()
    assert len(rows) == n if n <= limit else len(rows) <= limit + 6 * limit**0.5 + 2
    assert values[rows].min() == values.min()
    assert values[rows].max() == values.max()


def test_a_sample_is_fair_and_grows_with_its_points() -> None:
    values = np.random.default_rng(0).normal(size=400_000)
    rows = sampled_rows(values, 20_000)
    assert len(rows) == pytest.approx(20_000, rel=0.03)
    counts = np.histogram(rows, 16, (0, 400_000))[0]
    assert np.abs(counts - counts.mean()).max() < 5 * counts.mean() ** 0.5
    more = sampled_rows(np.append(values, 0.0), 20_000)
    assert len(np.setxor1d(rows, more)) <= 4, "another point changes next to nothing"


def test_neighbouring_components_have_different_line_styles() -> None:
    assert line_style(0) == ()
    assert len({line_style(k) for k in range(len(LINE_STYLES))}) == len(LINE_STYLES) >= 6
    assert line_style(3, k=3) not in {line_style(k) for k in range(50)}, "noise looks like no component"


def test_where_not_all_can_be_shown_a_closer_look_only_adds_some() -> None:
    values, rows = np.random.default_rng(5).normal(size=20_000), np.arange(0, 60_000, 3)
    places, before = places_in_line(rows), np.zeros(20_000, dtype=bool)
    for reach in (9.0, 2.0, 1.0, 0.4, 0.1, 0.01):
        seen = np.abs(values) < reach
        shown = first_in_line(places, seen, 4_000)
        assert not (shown & ~seen).any()
        assert not (before & seen & ~shown).any()  # who is still in view stays
        assert shown.sum() == pytest.approx(min(4_000, seen.sum()), rel=0.06)
        before = shown
    np.testing.assert_array_equal(before, seen)


def test_who_is_shown_has_any_height() -> None:
    rows = np.arange(100_000)
    first = places_in_line(rows) < 0.2
    assert first.mean() == pytest.approx(0.2, abs=0.005)
    assert np.histogram(heights(rows[first]), 10, (0, 1))[0] == pytest.approx(np.full(10, 2000), rel=0.1)
