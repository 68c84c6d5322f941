"""Pictures as files: pixels where pixels are meant, real text and shapes where drawings are."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from gmmviewer.session import edits
from gmmviewer.views import paper
from gmmviewer.views.paper import Paper
from tests.helpers.pdf import read_page
from tests.views.canvas_states import blobs, old_faithful, painted, shown, snapshot


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.125])
def test_an_image_has_the_pixels_and_the_size_in_print_that_were_asked_for(
    qtbot: Any, tmp_path: Path, ratio: float
) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM"))
    path = tmp_path / "picture.png"
    paper.write(canvas, path, Paper(480, 360, ratio))
    image = QImage(str(path))
    assert image.size() == QSize(round(480 * ratio), round(360 * ratio))
    inches = image.width() / (image.dotsPerMeterX() * paper.INCH)
    assert inches == pytest.approx(480 / paper.DPI, rel=1e-3)


def test_a_transparent_image_has_the_picture_and_nothing_else(qtbot: Any) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM"))
    whole, bare = (paper.image(canvas, Paper(600, 400, 1.0, clear)) for clear in (False, True))
    corner = whole.pixelColor(0, 0), bare.pixelColor(0, 0)
    assert (corner[0].alpha(), corner[1].alpha()) == (255, 0)
    alphas = [bare.pixelColor(x, y).alpha() for x in range(0, 600, 3) for y in range(0, 400, 3)]
    assert alphas.count(0) > len(alphas) / 3
    assert alphas.count(255) > 50


@pytest.mark.parametrize("d", [1, 2])
def test_a_pdf_has_real_text_and_shapes_and_the_size_of_the_picture(
    qtbot: Any, tmp_path: Path, d: int
) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d), "EM"))
    path = tmp_path / "picture.pdf"
    paper.write(canvas, path, Paper(600, 400, 2.0))
    page = read_page(path)
    assert page.size == (450.0, 300.0)  # 600 × 400 at 96 per inch
    assert set(canvas.store.snapshot.document.points.columns) <= set(page.texts)
    assert "60" in page.texts  # a tick of the waiting time
    assert {"1", "2"} <= set(page.texts)  # the numbers of the components
    assert page.curves > (4 * 272 if d == 2 else 4)  # four to a circle
    assert page.images == 0


@pytest.mark.parametrize("suffix", [".svg", ".pdf"])
def test_a_drawing_of_many_points_has_them_as_an_image_and_text_as_text(
    qtbot: Any, tmp_path: Path, suffix: str
) -> None:
    canvas = shown(qtbot, snapshot(blobs(6_000)))
    path = tmp_path / f"picture{suffix}"
    paper.write(canvas, path, Paper(600, 400))
    if suffix == ".pdf":
        page = read_page(path)
        assert page.images == 1
        assert page.curves < 6_000
        assert {"x", "y"} <= set(page.texts)
    else:
        elements = list(ElementTree.parse(path).getroot().iter())
        assert sum(element.tag.endswith("}image") for element in elements) == 1
        assert {"x", "y"} <= {element.text for element in elements if element.tag.endswith("}text")}


def test_svg_has_a_text_element_for_every_text(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM"))
    path, page = tmp_path / "picture.svg", tmp_path / "picture.pdf"
    for each in (path, page):
        paper.write(canvas, each, Paper(600, 400))
    root = ElementTree.parse(path).getroot()
    texts = [str(element.text).strip() for element in root.iter() if element.tag.endswith("}text")]
    assert sorted(texts) == sorted(read_page(page).texts)
    assert root.get("viewBox", "").split()[2:] == ["600", "400"]
    assert float(root.get("width", "").removesuffix("mm")) == pytest.approx(600 / paper.DPI * 25.4, abs=0.01)


@pytest.mark.parametrize("d", [1, 2])
def test_a_drawing_has_no_pixels_to_scale(qtbot: Any, tmp_path: Path, d: int) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(d), "EM"))
    drawings = []
    for ratio, clear in ((1.0, False), (3.0, True)):
        paper.write(canvas, tmp_path / "picture.svg", Paper(600, 400, ratio, clear))
        drawings.append((tmp_path / "picture.svg").read_bytes())
    assert drawings[0] == drawings[1]


def test_points_are_drawn_where_they_are(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM"))
    paper.write(canvas, tmp_path / "picture.svg", Paper(600, 400))
    root = ElementTree.parse(tmp_path / "picture.svg").getroot()
    circles = [element for element in root.iter() if element.tag.endswith("}circle")]
    places = np.array([[float(circle.get(name, "nan")) for name in ("cx", "cy")] for circle in circles])
    for pixel in canvas.pixels(canvas.store.snapshot.document.points.values):
        assert np.abs(places - pixel).max(axis=1).min() < 0.51


def test_the_picture_on_screen_is_left_alone(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(old_faithful(), "EM"))
    before = painted(canvas)
    for suffix in paper.SUFFIXES:
        paper.write(canvas, tmp_path / f"a{suffix}", Paper(901.5, 333.0, 1.5))
    assert painted(canvas) == before
    canvas.store.apply(edits.choose_view(theme="dark"))
    assert painted(canvas) != before


@pytest.mark.parametrize("suffix", paper.SUFFIXES)
def test_a_file_that_cannot_be_written_says_why(qtbot: Any, tmp_path: Path, suffix: str) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    with pytest.raises(OSError, match="No such file"):
        paper.write(canvas, tmp_path / "missing" / f"picture{suffix}", Paper(600, 400))


def test_an_image_beyond_all_memory_is_refused_with_advice(qtbot: Any, tmp_path: Path) -> None:
    canvas = shown(qtbot, snapshot(old_faithful()))
    huge = Paper(20_000, 20_000, 4.0)
    with pytest.raises(ValueError, match="choose fewer"):
        paper.write(canvas, tmp_path / "picture.png", huge)
    assert not (tmp_path / "picture.png").exists()
