"""Small plots: what is painted where, in both themes, and what they say to those who do not see them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.ratio_test import LikelihoodRatio
from gmmviewer.scene.fit_check import AxisCheck, FitCheck, fit_check
from gmmviewer.views.analysis.fit_page import FitPage
from gmmviewer.views.ink import DARK, LIGHT, Ink, ink
from gmmviewer.views.plots.checks import (
    DistributionPicture,
    QuantilePicture,
    ResidualPicture,
    TransformPicture,
)
from gmmviewer.views.plots.null import NullPicture
from gmmviewer.views.plots.plot import Picture, Plot
from tests.helpers import build

NAMES = ("across", "up")
WRONG = Mixture([1.0], [[0.0]], [[[9.0]]])  # three times too wide
RIGHT = Mixture([1.0], [[0.0]], [[[1.0]]])


def axis(mixture: Mixture = WRONG, n: int = 500) -> AxisCheck:
    """Standard normal points under a mixture (data units)."""
    points = PointSet.of(np.random.default_rng(2).normal(size=n), columns=("height",))
    return fit_check(points, points.units.standardise_mixture(mixture)).axes[0]


def ratio(observed: float = 20.0) -> LikelihoodRatio:
    state = build.fitted(iterations=1).state
    assert state is not None
    null = np.random.default_rng(1).chisquare(3, size=49)
    return LikelihoodRatio(2, observed, null, state, state)


def pictures() -> list[Picture]:
    found = axis()
    return [
        QuantilePicture(found.quantiles, NAMES),
        DistributionPicture(found.distribution, NAMES),
        TransformPicture(found.transforms, NAMES),
        ResidualPicture(found.residuals, NAMES),
        NullPicture(ratio()),
    ]


def painted(qtbot: QtBot, picture: Picture, chosen: Ink = LIGHT) -> tuple[Plot, QImage]:
    plot = Plot("Title", "What it means.")
    qtbot.addWidget(plot)
    plot.resize(420, 300)
    plot.restyle(chosen)
    plot.show_picture(picture)
    return plot, plot.grab().toImage()


def has(image: QImage, x: float, y: float, colour: str, reach: int = 2) -> bool:
    """Whether a pixel near this place has about this colour."""
    ratio, wanted = image.devicePixelRatio(), QColor(colour)
    for dx in range(-reach, reach + 1):
        for dy in range(-reach, reach + 1):
            found = image.pixelColor(round((x + dx) * ratio), round((y + dy) * ratio))
            parts = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)
            if all(abs(a - b) <= 40 for a, b in parts):
                return True
    return False


@pytest.mark.parametrize(
    "chosen", [LIGHT, DARK, ink(dark=True, presenter=True)], ids=["light", "dark", "big"]
)
@pytest.mark.parametrize("number", range(5), ids=["Q-Q", "CDF", "PIT", "hanging", "null"])
def test_every_picture_is_painted_on_its_ground_with_its_lines(
    qtbot: QtBot, number: int, chosen: Ink
) -> None:
    plot, image = painted(qtbot, pictures()[number], chosen)
    frame = plot.frame
    assert frame is not None
    assert has(image, 3, image.height() / image.devicePixelRatio() - 3, chosen.ground, 0)
    strong = chosen.accent if number == 4 else chosen.mixture
    columns = np.linspace(frame.left + 2, frame.right - 2, 60)
    rows = np.linspace(frame.top + 2, frame.bottom - 2, 60)
    assert any(has(image, x, y, strong) for x in columns for y in rows), "nothing strong is painted"


def test_the_diagonal_and_the_points_lie_where_they_should(qtbot: QtBot) -> None:
    picture = QuantilePicture(axis().quantiles, NAMES)
    plot, image = painted(qtbot, picture)
    frame = plot.frame
    assert frame is not None
    for value in (-4.0, 0.5, 4.0):
        x, y = frame.pixels(np.array([value, value])).tolist()
        assert has(image, x, y, LIGHT.mixture)
    worst = int(np.argmax(np.abs(picture.plot.observed - picture.plot.theoretical)))
    assert picture.outside[worst]
    place = np.array([picture.plot.theoretical[worst], picture.plot.observed[worst]])
    assert has(image, *frame.pixels(place).tolist(), LIGHT.warning, reach=4), "outside: an open mark"


def test_points_inside_the_band_are_full(qtbot: QtBot) -> None:
    picture = QuantilePicture(axis(RIGHT, n=60).quantiles, NAMES)
    assert not picture.outside.any()
    plot, image = painted(qtbot, picture)
    frame = plot.frame
    assert frame is not None
    for theoretical, observed in zip(picture.plot.theoretical, picture.plot.observed, strict=True):
        assert has(image, *frame.pixels(np.array([theoretical, observed])).tolist(), LIGHT.accent)


def test_the_band_lies_between_its_ends(qtbot: QtBot) -> None:
    picture = QuantilePicture(axis(RIGHT, n=60).quantiles, NAMES)
    plot, image = painted(qtbot, picture)
    frame, band = plot.frame, picture.plot
    assert frame is not None
    for index in (2, 30, 57):
        x, low, high = (float(side[index]) for side in (band.theoretical, band.lower, band.upper))
        for inside in (low, high):
            place = frame.pixels(np.array([x, inside + 0.3 * (x - inside)])).tolist()
            assert image.pixelColor(*map(round, place)).lightness() <= QColor(LIGHT.bar).lightness()
        for outside in (low - 0.3, high + 0.3):
            place = frame.pixels(np.array([x, outside])).tolist()
            assert image.pixelColor(*map(round, place)).lightness() > QColor(LIGHT.bar).lightness()


def test_the_bar_is_where_the_distance_is_reached(qtbot: QtBot) -> None:
    picture = DistributionPicture(axis().distribution, NAMES)
    plot, image = painted(qtbot, picture)
    found, frame = picture.plot.distance, plot.frame
    assert frame is not None
    for share in np.linspace(found.empirical, found.theoretical, 5):
        place = np.array([picture.plot.at, share])
        assert has(image, *frame.pixels(place).tolist(), LIGHT.warning)
    assert f"{found.distance:.3f}"[:5] in picture.caption
    assert "not a test" in picture.caption


def test_bars_that_leave_the_band_have_a_strong_outline(qtbot: QtBot) -> None:
    for picture in (TransformPicture(axis().transforms, NAMES), ResidualPicture(axis().residuals, NAMES)):
        assert 0 < picture.outside.sum() < len(picture.outside)
        plot, image = painted(qtbot, picture)
        frame = plot.frame
        assert frame is not None
        for index, odd in enumerate(picture.outside):
            left, right = frame.pixels_x(picture.bars.edges[index : index + 2]).tolist()
            if isinstance(picture, TransformPicture):
                end = float(frame.pixels_y(picture.bars.counts[index]))
            else:
                end = float(frame.pixels_y(-picture.bars.residuals[index]))
            neighbours = picture.outside[max(index - 1, 0) : index + 2]
            if odd:
                assert has(image, (left + right) / 2, end, LIGHT.warning)
            elif not neighbours.any():
                assert not has(image, (left + right) / 2, end, LIGHT.warning, 1)


def test_a_right_mixture_leaves_few_marks() -> None:
    found = axis(RIGHT)
    assert QuantilePicture(found.quantiles, NAMES).outside.mean() < 0.1
    assert TransformPicture(found.transforms, NAMES).outside.sum() <= 3


def test_the_line_of_the_data_is_in_sight_wherever_it_is(qtbot: QtBot) -> None:
    for observed in (-0.5, 3.0, 400.0):
        picture = NullPicture(ratio(observed))
        assert picture.x[0] < observed < picture.x[1]
        plot, image = painted(qtbot, picture)
        assert plot.frame is not None
        x = float(plot.frame.pixels_x(np.array(observed)))
        assert has(image, x, plot.frame.top + 20, LIGHT.accent)


def test_what_is_seen_is_also_said(qtbot: QtBot) -> None:
    for picture in pictures():
        plot, _ = painted(qtbot, picture)
        assert plot.accessibleName() == "Title"
        assert plot.accessibleDescription() == f"{picture.sentence} What it means."
        assert any(character.isdigit() for character in picture.sentence)
    plot.show_picture(None, "Nothing yet.")
    assert "Nothing yet." in plot.accessibleDescription()
    assert plot.frame is None
    plot.grab()


# ---------------------------------------------------------------- the page


def check_of(points: PointSet) -> FitCheck:
    state = build.fitted(points, k=min(2, points.n), family="VVV" if points.d == 2 else "V").state
    assert state is not None
    return fit_check(points, state.standard)


@pytest.mark.qt_log_ignore("This plugin does not support")  # size hints
def test_one_axis_has_no_chooser_and_two_have(qtbot: QtBot) -> None:
    page = FitPage()
    qtbot.addWidget(page)
    page.show()
    page.show_check(check_of(build.points(d=1, k=2)))
    assert not page.axis.isVisible()
    assert [plot.picture.titles[0] for plot in page.plots if plot.picture] == [
        "expected x", "x", "probability expected", "x",
    ]  # fmt: skip
    page.show_check(check_of(build.points(d=2, k=2)))
    assert page.axis.isVisible()
    assert [page.axis.itemText(i) for i in range(page.axis.count())] == ["x", "y given x"]


def test_another_axis_is_another_set_of_plots_and_stays_chosen(qtbot: QtBot) -> None:
    page = FitPage()
    qtbot.addWidget(page)
    check = check_of(build.points(d=2, k=2))
    page.show_check(check)
    assert isinstance(page.quantiles.picture, QuantilePicture)
    assert page.quantiles.picture.plot is check.axes[0].quantiles
    page.axis.chosen.emit("1")
    assert page.quantiles.picture.plot is check.axes[1].quantiles
    other = check_of(build.points(d=2, k=2, seed=5))
    page.show_check(other)
    assert page.quantiles.picture.plot is other.axes[1].quantiles
    page.show_check(None, "Nothing yet.")
    assert all(plot.picture is None for plot in page.plots)


BASE = np.random.default_rng(0).normal(size=(60, 2))
STRANGE = {
    "far away": BASE + 1.6e9,
    "tiny": BASE * 1e-12,
    "huge": BASE * 1e100,
    "an outlier": np.vstack([BASE, [[1e30, 1e30]]]),
    "collinear": np.column_stack([BASE[:, 0], 2 * BASE[:, 0]]),
    "identical": np.full((60, 2), 3.3),
    "one point": BASE[:1],
    "rounded": np.round(BASE),
}


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("d", [1, 2])
def test_strange_data_are_painted_without_a_warning(qtbot: QtBot, name: str, d: int) -> None:
    points = PointSet.of(STRANGE[name][:, :d])
    page = FitPage()
    qtbot.addWidget(page)
    page.resize(800, 600)
    page.show_check(check_of(points))
    for key in ("0", "1")[:d]:
        page.axis.chosen.emit(key)
        page.grab()
        for plot in page.plots:
            assert plot.frame is not None
            assert np.isfinite([*plot.frame.x, *plot.frame.y]).all()
