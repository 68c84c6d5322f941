"""The cloud on the canvas: what it asks for, what a pan shows, how one cloud fades into the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from gmmviewer.scene.cloud import MARGIN, CloudPainter, CloudRequest
from gmmviewer.session import edits
from gmmviewer.session.choices import PointStyle, Uncertainty
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import LIGHT
from gmmviewer.views.items.cloud import CloudItem
from gmmviewer.views.items.frame import Frame, shifted, zoomed
from gmmviewer.views.items.item import Target
from gmmviewer.views.shown import Shown
from tests.views.canvas_states import blobs, painted, shown, snapshot

FRAME = Frame((-4.0, 12.0), (-3.0, 9.0), 10.0, 5.0, 320.0, 240.0)
PIXEL = 16.0 / 320.0
MANY = 20_002


def item_for(of: Snapshot) -> CloudItem:
    item = CloudItem()
    item.show(Shown.of(of, None))
    return item


def answer(item: CloudItem, frame: Frame) -> CloudRequest:
    """Ask and answer as the render thread would."""
    asked = item.ask(frame, LIGHT)
    assert asked is not None
    assert item.take(asked, CloudPainter().paint(asked))
    return asked


def picture(item: CloudItem, frame: Frame, target: Target = Target.SCREEN) -> NDArray[np.int64]:
    """What the item paints into a frame: bytes (h, w, 4), without what lies beside it."""
    width, height = frame.device_size
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(frame.ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(-frame.left, -frame.top)
    item.paint(painter, frame, LIGHT, target)
    painter.end()
    return np.array(image.constBits(), dtype=np.int64).reshape(height, width, 4)


def moved(frame: Frame, across: float, up: float) -> Frame:
    return replace(frame, x=shifted(frame.x, across * PIXEL), y=shifted(frame.y, up * PIXEL))


# ---------------------------------------------------------------- asking


def test_few_points_are_asked_for_without_a_margin(qapp: Any) -> None:
    asked = item_for(snapshot(blobs(200))).request(FRAME, LIGHT)
    assert asked is not None
    assert (asked.x, asked.y, asked.width, asked.height) == (FRAME.x, FRAME.y, 320, 240)


def test_a_margin_is_whole_pixels_on_all_sides(qapp: Any) -> None:
    asked = item_for(snapshot(blobs(MANY))).request(FRAME, LIGHT)
    assert asked is not None
    assert (asked.width, asked.height) == (320 + 2 * 40, 240 + 2 * 30)
    assert asked.x == pytest.approx((-4.0 - 40 * PIXEL, 12.0 + 40 * PIXEL))
    assert asked.y == pytest.approx((-3.0 - 30 * PIXEL, 9.0 + 30 * PIXEL))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(("across", "up"), [(0, 0), (7, -3), (-20, 15), (20, -15)])
def test_a_small_pan_asks_for_nothing_and_shows_the_very_pixels(
    qapp: Any, ratio: float, across: int, up: int
) -> None:
    frame = replace(FRAME, ratio=ratio)
    item = item_for(snapshot(blobs(MANY)))
    answer(item, frame)
    there = moved(frame, across, up) if (across * ratio) % 1 == 0 == (up * ratio) % 1 else frame
    assert item.ask(there, LIGHT) is None
    fresh = item_for(snapshot(blobs(MANY)))
    answer(fresh, there)
    np.testing.assert_array_equal(picture(item, there), picture(fresh, there))


@pytest.mark.parametrize(("across", "up"), [(21, 0), (0, -16), (0.5, 0), (300, 0)])
def test_other_pans_ask_anew(qapp: Any, across: float, up: float) -> None:
    item = item_for(snapshot(blobs(MANY)))
    answer(item, FRAME)
    assert item.ask(moved(FRAME, across, up), LIGHT) is not None


def test_a_pan_within_the_margin_leaves_no_blank_edge(qapp: Any) -> None:
    """Until the answer comes, the margin is shown; only beyond it there is nothing."""
    item = item_for(snapshot(blobs(MANY)))
    answer(item, FRAME)
    edge = int(MARGIN * 320)
    there = moved(FRAME, edge, 0)
    fresh = item_for(snapshot(blobs(MANY)))
    answer(fresh, there)
    np.testing.assert_array_equal(picture(item, there), picture(fresh, there))


def test_a_zoom_stretches_until_the_answer_comes(qapp: Any) -> None:
    item = item_for(snapshot(blobs(MANY)))
    answer(item, FRAME)
    near = replace(FRAME, x=zoomed(FRAME.x, 4.0, 0.8), y=zoomed(FRAME.y, 3.0, 0.8))
    stretched = picture(item, near)
    answer(item, near)
    sharp = picture(item, near)
    assert 0.5 < stretched[..., 3].sum() / sharp[..., 3].sum() < 2.0
    assert np.abs(stretched - sharp).max() > 20


def test_a_step_during_a_pan_keeps_the_place(qapp: Any) -> None:
    """The cells of the last view serve again: a step costs its colours only."""
    before, after = snapshot(blobs(MANY), "E"), snapshot(blobs(MANY), "EME")
    item = item_for(before)
    first = answer(item, FRAME)
    points = before.document.points
    item.show(replace(Shown.of(after, None), points=points))
    again = item.ask(moved(FRAME, 5, 5), LIGHT)
    assert again is not None
    assert (again.x, again.y, again.width, again.height) == (first.x, first.y, first.width, first.height)
    assert again.source is not first.source


def test_marks_stand_for_the_discs_where_points_are_few(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(blobs(50)))
    painted(canvas)
    assert canvas._cloud.request(canvas.frame(), LIGHT) is not None
    canvas.store.apply(edits.choose_view(point_style=PointStyle.PIES))
    assert canvas._cloud.request(canvas.frame(), LIGHT) is None
    canvas.store.apply(edits.choose_view(point_style=PointStyle.DISCS))
    assert canvas._cloud.request(canvas.frame(), LIGHT) is not None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_uncertain_points_fade_towards_the_ground(qtbot: Any, theme: str) -> None:
    canvas = shown(qtbot, snapshot(blobs(400), theme=theme))
    plain = painted(canvas)
    canvas.store.apply(edits.choose_view(uncertainty=Uncertainty.SHADE))
    asked = canvas._cloud.request(canvas.frame(), canvas._ink)
    assert asked is not None
    assert asked.fade_to == ((255, 255, 255) if theme == "light" else (0x16, 0x18, 0x1D))
    assert painted(canvas) != plain


# ---------------------------------------------------------------- fading


def two_clouds() -> tuple[CloudItem, NDArray[np.int64], NDArray[np.int64]]:
    """An item that went from the neutral points to coloured ones, and both pictures."""
    plain, coloured = snapshot(blobs(300), ""), snapshot(blobs(300), "E")
    item = item_for(plain)
    first = picture(item, FRAME)
    item.show(replace(Shown.of(coloured, None), points=plain.document.points))
    item.make_if_quick(FRAME, LIGHT)
    return item, first, picture(item, FRAME)


def test_a_fade_goes_from_one_cloud_to_the_other(qapp: Any) -> None:
    item, first, last = two_clouds()
    assert np.abs(first - last).max() > 50
    for share in (0.0, 0.25, 0.5, 0.9):
        item.fade(share)
        expected = (1 - share) * first + share * last
        assert np.abs(picture(item, FRAME) - expected).max() <= 2
    item.fade(1.0)
    np.testing.assert_array_equal(picture(item, FRAME), last)
    item.fade(0.5)  # the cloud before is gone
    np.testing.assert_array_equal(picture(item, FRAME), last)


def test_what_is_equal_stays_equal_all_the_way(qapp: Any) -> None:
    """Opacity must not sag in the middle of a fade, as it does when one image is painted over another."""
    item, first, last = two_clouds()
    np.testing.assert_array_equal(first[..., 3], last[..., 3])
    for share in (0.2, 0.5, 0.7):
        item.fade(share)
        assert np.abs(picture(item, FRAME)[..., 3] - first[..., 3]).max() <= 1


def test_the_old_cloud_moves_along_in_a_fade(qapp: Any) -> None:
    plain, coloured = snapshot(blobs(MANY), ""), snapshot(blobs(MANY), "E")
    item, there = item_for(plain), moved(FRAME, 8, 0)
    answer(item, FRAME)
    first = picture(item, there)
    item.show(replace(Shown.of(coloured, None), points=plain.document.points))
    answer(item, FRAME)
    item.fade(0.0)
    np.testing.assert_array_equal(picture(item, there), first)


def test_no_cloud_is_no_fade(qapp: Any) -> None:
    item, *_ = two_clouds()
    item.fade(0.3)
    item.accept(None)
    assert item.answered is None
    assert picture(item, FRAME).any()  # made afresh


# ---------------------------------------------------------------- other targets


@pytest.mark.parametrize("n", [300, MANY])
def test_an_image_is_sharp_whatever_is_on_screen(qapp: Any, n: int) -> None:
    item, frame = item_for(snapshot(blobs(n))), replace(FRAME, ratio=2.0)
    view = item._view(frame, LIGHT)
    assert view is not None
    expected = CloudPainter().paint(view).image[..., [2, 1, 0, 3]]
    assert np.abs(picture(item, frame, Target.IMAGE) - expected).max() <= 1
