"""Densities on a logarithmic axis: the same numbers, other pixels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage

from gmmviewer.data.generators import heavy_tails, scale_mixture
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.density import log_density
from gmmviewer.scene.inspect import Readout
from gmmviewer.session import edits
from gmmviewer.session.choices import LAYERS
from gmmviewer.views.canvas import Canvas1D
from gmmviewer.views.ink import ink
from gmmviewer.views.items.frame import Frame, zoomed_decades
from gmmviewer.views.items.ticks import log_ticks
from gmmviewer.views.status import sentence
from tests.views.canvas_states import WIDTH, empty, hover, old_faithful, painted, shown, snapshot, wheel

FRAME = Frame((0.0, 10.0), (1e-4, 1.0), 50.0, 10.0, 500.0, 400.0, log_y=True)
EXPONENTS = st.floats(-150.0, 150.0)


def line(qtbot: Any, points: PointSet, steps: str = "EME", **view: Any) -> Canvas1D:
    """The line with densities on a logarithmic axis."""
    canvas = shown(qtbot, snapshot(points, steps, log_density=True, **view))
    assert isinstance(canvas, Canvas1D)
    return canvas


def grey(image: QImage) -> np.ndarray:
    """The pixels of an image as numbers (height, width, 4)."""
    picture = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(picture.constBits(), dtype=np.uint8)  # a copy: the image goes away
    return pixels.reshape(picture.height(), picture.width(), 4)


# ---------------------------------------------------------------- the axis


def test_equal_factors_are_equally_far_apart() -> None:
    pixels = FRAME.pixels_y(np.array([1e-4, 1e-3, 1e-2, 1e-1, 1.0]))
    np.testing.assert_allclose(pixels, [410.0, 310.0, 210.0, 110.0, 10.0])
    assert FRAME.data_y(210.0) == pytest.approx(1e-2)


def test_nothing_has_no_infinite_pixel() -> None:
    at = FRAME.pixels_y(np.array([0.0, 5e-324]))
    assert np.isfinite(at).all()
    assert (at > 10 * FRAME.bottom).all()


@given(EXPONENTS, st.floats(1.0, 40.0), st.floats(0.0, 1.0))
def test_the_axis_maps_there_and_back(bottom: float, decades: float, share: float) -> None:
    frame = Frame((0.0, 1.0), (10.0**bottom, 10.0 ** (bottom + decades)), 0.0, 0.0, 100.0, 300.0, log_y=True)
    y = 10.0 ** (bottom + share * decades)
    assert frame.data_y(float(frame.pixels_y(np.array(y)))) == pytest.approx(y, rel=1e-9)


@given(EXPONENTS, st.floats(0.05, 60.0), st.floats(1.0, 12.0))
def test_ticks_are_few_short_and_inside(bottom: float, decades: float, count: float) -> None:
    limits = 10.0**bottom, 10.0 ** (bottom + decades)
    made = log_ticks(limits, count)
    assert len(made.values) <= 2 * count + 3
    assert all(limits[0] * (1 - 1e-6) <= value <= limits[1] * (1 + 1e-6) for value in made.values)
    assert all(len(label) <= 8 for label in made.labels)
    assert len(set(made.labels)) == len(made.labels) == len(made.values)


@pytest.mark.parametrize(
    ("limits", "count", "labels"),
    [
        ((2e-5, 0.5), 6, ("10⁻⁴", "10⁻³", "10⁻²", "10⁻¹")),
        ((1e-12, 1.0), 6, ("10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰")),
        ((3e-3, 0.3), 6, ("5×10⁻³", "10⁻²", "2×10⁻²", "5×10⁻²", "10⁻¹", "2×10⁻¹")),
        ((0.5, 300.0), 4, ("10⁰", "10¹", "10²")),
        ((0.2, 0.7), 5, ("0.2", "0.3", "0.4", "0.5", "0.6", "0.7")),
    ],
)
def test_ticks_are_powers_of_ten(limits: tuple[float, float], count: float, labels: tuple[str, ...]) -> None:
    made = log_ticks(limits, count)
    assert made.labels == labels
    assert made.remark == ""


def test_zooming_keeps_the_top_and_ends_somewhere() -> None:
    assert zoomed_decades((1e-4, 1.0), 0.5) == pytest.approx((1e-2, 1.0))
    for factor in (1.2, 1 / 1.2):
        limits = (1e-4, 0.3)
        for _ in range(1000):
            limits = zoomed_decades(limits, factor)
        assert 0.0 < limits[0] < limits[1] == 0.3


# ---------------------------------------------------------------- the picture


@pytest.mark.parametrize("points", [scale_mixture(1), heavy_tails(1), old_faithful(1)], ids=lambda p: p.name)
def test_every_bar_can_be_seen_and_has_its_area(qtbot: Any, points: PointSet) -> None:
    canvas = line(qtbot, points, layers=frozenset({"histogram"}))
    assert canvas._data.line is not None
    frame, bars = canvas.frame(), canvas._data.line.histogram
    tops = frame.pixels_y(bars.heights)
    heights = np.array([frame.data_y(top) for top in tops.tolist()])
    filled = bars.counts > 0
    areas = heights * np.diff(bars.edges)
    assert areas[filled] == pytest.approx(bars.counts[filled] / points.n, rel=1e-9)
    assert areas[filled].sum() == pytest.approx(1.0), "as on the linear axis"
    assert (frame.bottom - tops[filled] > 8.0).all(), "also of a single point in the widest bin"
    assert (tops[filled] > frame.top).all()
    assert (frame.bottom - tops[~filled] < -100.0).all()
    ground = np.array(QColor(ink(dark=False).ground).getRgb()[2::-1])  # blue comes first
    row = grey(painted(canvas))[math.floor(frame.bottom) - 4].astype(int)
    left, right = frame.pixels_x(bars.edges[:-1]), frame.pixels_x(bars.edges[1:])
    wide = right - left > 4.0
    coloured = np.abs(row[np.rint((left + right) / 2).astype(int), :3] - ground).max(axis=1) > 6
    assert np.array_equal(coloured[wide], filled[wide])
    assert wide.sum() > 10


def test_the_curves_are_the_logarithms_of_the_densities(qtbot: Any) -> None:
    canvas = line(qtbot, scale_mixture(1))
    painted(canvas)
    frame, curves = canvas.frame(), canvas._shapes
    outline = [curves.sum.elementAt(i) for i in range(curves.sum.elementCount())]
    x = np.array([frame.data_x(at.x) for at in outline])
    y = np.array([frame.data_y(at.y) for at in outline])
    assert canvas._shown is not None
    assert canvas._shown.mixture is not None
    wanted = np.exp(log_density(x[:, None], canvas._shown.mixture))
    assert (wanted < frame.y[0]).any(), "the tails leave the picture"
    np.testing.assert_allclose(y, np.maximum(wanted, frame.data_y(frame.bottom + frame.height)), rtol=1e-9)
    fine = np.linspace(x[0], x[-1], 20_000)
    area = np.trapezoid(10.0 ** np.interp(fine, x, np.log10(y)), fine)
    assert area == pytest.approx(1.0, abs=0.01)


def test_curves_do_not_end_in_infinity(qtbot: Any) -> None:
    canvas = line(qtbot, old_faithful(1))
    canvas.set_ranges((-1e4, 1e4), canvas.frame().y)  # exp underflows 38 standard deviations from a mean
    painted(canvas)
    lowest = canvas.frame().bottom + canvas.frame().height
    for path in (*canvas._shapes.lines, canvas._shapes.sum):
        box = path.boundingRect()
        assert math.isfinite(box.bottom())
        assert box.bottom() <= lowest + 1.0


def test_posteriors_and_rug_are_the_same_on_both_axes(qtbot: Any) -> None:
    calm = frozenset(layer.key for layer in LAYERS) - {"means"}  # badges stay where they have been
    canvas = shown(qtbot, snapshot(old_faithful(1), "EME", layers=calm))
    linear, below = grey(painted(canvas)), math.ceil(canvas.frame().bottom) + 2
    canvas.store.apply(edits.choose_view(log_density=True))
    logarithmic = grey(painted(canvas))
    frame = canvas.frame()
    inner = slice(math.ceil(frame.left) + 1, None)
    assert np.array_equal(linear[below:, inner], logarithmic[below:, inner])
    assert not np.array_equal(linear[: below - 4], logarithmic[: below - 4])
    canvas.store.apply(edits.choose_view(log_density=False))
    assert np.array_equal(grey(painted(canvas)), linear), "there and back again"


def test_only_the_densities_change_their_range(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(1), "EME"))
    canvas.set_ranges((60.0, 70.0), canvas.frame().y)
    canvas.store.apply(edits.choose_view(log_density=True))
    frame = canvas.frame()
    assert frame.x == (60.0, 70.0)
    assert frame.log_y
    assert 0.0 < frame.y[0] < 1e-3 < 0.03 < frame.y[1]
    canvas.store.apply(edits.choose_view(theme="dark"))
    assert canvas.frame().y == frame.y


def test_the_wheel_over_the_axis_changes_the_number_of_decades(qtbot: Any) -> None:
    canvas = line(qtbot, old_faithful(1))
    before = canvas.frame()
    wheel(canvas, 10.0, before.top + 20.0, 3)
    fewer = canvas.frame().y
    assert fewer[0] > before.y[0]
    assert fewer[1] == before.y[1]
    wheel(canvas, 10.0, before.top + 20.0, -100)
    assert 0.0 < canvas.frame().y[0] < fewer[0]
    painted(canvas)
    canvas.zoom_to_data()
    assert canvas.frame().y == before.y


def test_the_number_under_the_mouse_is_the_density(qtbot: Any) -> None:
    canvas = line(qtbot, old_faithful(1))
    found: list[Readout] = []
    canvas.hovered.connect(found.append)
    hover(canvas, WIDTH / 2, 100.0)
    assert canvas._shown is not None
    assert canvas._shown.mixture is not None
    place = canvas.frame().data_x(WIDTH / 2)
    wanted = float(log_density(np.array([[place]]), canvas._shown.mixture)[0])
    assert found[-1].log_density == pytest.approx(wanted)
    assert found[-1].density == pytest.approx(math.exp(wanted))
    text = sentence(found[-1], ("waiting",), [50.0], logarithmic=True)
    assert f"log p(x) −{-wanted:.3f}" in text
    assert "log p(x)" not in sentence(found[-1], ("waiting",), [50.0])


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(100),
        np.array([3.0]),
        np.array([0.0, 1e-139]),
        np.array([-1e150, 0.0, 1.0, 1e150]),
        np.r_[np.random.default_rng(1).normal(size=99), 1e30],
        1.6e9 + np.arange(50.0),
    ],
    ids=["ties", "one", "tiny", "huge", "outlier", "offset"],
)
def test_strange_data_have_a_logarithmic_axis(qtbot: Any, values: np.ndarray) -> None:
    points = PointSet.of(values)
    canvas = shown(qtbot, empty(1, log_density=True, layers=frozenset(layer.key for layer in LAYERS)))
    painted(canvas)
    canvas.store.apply(edits.open_points(points))
    painted(canvas)
    frame = canvas.frame()
    assert frame.log_y
    assert 0.0 < frame.y[0] < frame.y[1] < math.inf
    canvas.store.apply(edits.add_points([[float(values[0])]] * 3))
    painted(canvas)
    canvas.store.apply(edits.clear_points())
    painted(canvas)
