"""The picture as a file: every format, size and colour, from the window and from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from gmmviewer.app.analysis_settings import AnalysisSettings
from gmmviewer.app.commands import open_builtin
from gmmviewer.app.export_choices import MM, ExportChoices, remember, remembered
from gmmviewer.app.export_dialog import ExportDialog
from gmmviewer.views.ink import ink
from gmmviewer.views.widgets.fields import ChoiceBox
from tests.app.commands import code_of
from tests.app.conftest import Desk
from tests.app.panels import click, open_panel, the_panel, to_window
from tests.app.test_window import colours
from tests.helpers.pdf import read_page

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # raising, size hints
Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(desk: Desk) -> ExportDialog:
    """On Old Faithful after one iteration."""
    desk.press(Key.Key_Space)
    return open_panel(desk, Key.Key_E, ExportDialog)


def choose(box: ChoiceBox, key: str) -> None:
    """Choose an entry as a person does, with the keys."""
    box.setFocus()
    QTest.keyClick(box, Key.Key_Home)
    while box.currentData() != key:
        QTest.keyClick(box, Key.Key_Down)


def fill(field: Any, text: str) -> None:
    """Type into a field and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Return)


def previewed(desk: Desk, dialog: ExportDialog) -> QImage:
    """The preview, once it is up to date."""
    desk.wait_for(dialog._calm.timeout, lambda: not dialog._calm.isActive())
    return dialog.preview.image


# ---------------------------------------------------------------- what is saved


@pytest.mark.parametrize("kind", ["old_faithful", "waiting"])
def test_every_format_is_saved(
    desks: Callable[..., Desk], save_as: Callable[..., None], tmp_path: Path, kind: str
) -> None:
    desk = desks(open_builtin(kind, 1))
    desk.press(Key.Key_Space)
    dialog = open_panel(desk, Key.Key_E, ExportDialog)
    columns = set(desk.snapshot.document.points.columns)
    for suffix in (".png", ".svg", ".pdf"):
        save_as(tmp_path / f"fit{suffix}")
        click(dialog.save)
        assert dialog.note.whole == f"Saved fit{suffix}."
    assert QImage(str(tmp_path / "fit.png")).width() == 2 * desk.canvas.width()
    texts = {"".join(e.itertext()).strip() for e in ElementTree.parse(tmp_path / "fit.svg").iter()}
    assert columns <= texts
    page = read_page(tmp_path / "fit.pdf")
    assert columns <= set(page.texts)
    assert page.size[0] == pytest.approx(0.75 * desk.canvas.width())


NAMES = (
    ("fit", "PNG image (*.png)", "fit.png"),
    ("fit", "SVG drawing (*.svg)", "fit.svg"),
    ("fit", "PDF page (*.pdf)", "fit.pdf"),
    ("fit K=2.5", "PNG image (*.png)", "fit K=2.5.png"),
    ("fit 0.5", "SVG drawing (*.svg)", "fit 0.5.svg"),
    ("big.SVG", "PNG image (*.png)", "big.SVG"),
)
STARTS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


def test_a_picture_gets_the_name_and_kind_one_chose(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path
) -> None:
    for typed, kind, written in NAMES:
        save_as(tmp_path / typed, kind)
        click(dialog.save)
        assert dialog.note.whole == f"Saved {written}."
        assert (tmp_path / written).read_bytes().startswith(STARTS[Path(written).suffix.lower()])
    assert {path.name for path in tmp_path.iterdir()} == {written for *_, written in NAMES}


@pytest.mark.parametrize("name", ["fit.png", "fit.svg", "fit.pdf"])
def test_a_picture_that_cannot_be_written_says_so(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path, name: str
) -> None:
    save_as(tmp_path / "nowhere" / name)
    click(dialog.save)
    assert f"{name} could not be written" in dialog.note.whole
    assert dialog.note.property("tone") == "error"


def test_saving_can_be_thought_better_of(
    desk: Desk, dialog: ExportDialog, save_as: Callable[..., None]
) -> None:
    save_as("")
    click(dialog.save)
    assert dialog.note.whole == ""


def test_the_saved_picture_is_the_one_on_screen(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path
) -> None:
    desk.press(Key.Key_Space, Key.Key_D, Key.Key_T)
    dialog = open_panel(desk, Key.Key_E, ExportDialog)
    save_as(tmp_path / "fit.png")
    click(dialog.save)
    to_window(desk)
    size = desk.canvas.size()
    image = QImage(str(tmp_path / "fit.png")).scaled(size, mode=Qt.TransformationMode.SmoothTransformation)
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(size.height(), image.bytesPerLine())
    saved = rows[:, : 3 * size.width()].reshape(size.height(), size.width(), 3).astype(np.int16)
    assert np.abs(saved - colours(desk)).mean() < 6


# ---------------------------------------------------------------- size and colours


def test_sizes_in_pixels_and_times_as_many(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path
) -> None:
    fill(dialog.width_, "500")
    fill(dialog.height_, "300")
    choose(dialog.scale, "3")
    assert "1500 × 900 pixels" in dialog.size_note.whole
    save_as(tmp_path / "fit.png")
    click(dialog.save)
    image = QImage(str(tmp_path / "fit.png"))
    assert (image.width(), image.height()) == (1500, 900)


def test_sizes_in_millimetres_at_a_resolution(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path
) -> None:
    choose(dialog.unit, "mm")
    fill(dialog.width_, "127")
    fill(dialog.height_, "101,6")
    fill(dialog.dpi, "600")
    for suffix in (".png", ".pdf"):
        save_as(tmp_path / f"fit{suffix}")
        click(dialog.save)
    image = QImage(str(tmp_path / "fit.png"))
    assert (image.width(), image.height()) == (3000, 2400)  # 5 × 4 inches
    assert read_page(tmp_path / "fit.pdf").size == pytest.approx((360.0, 288.0), abs=0.1)


def test_the_window_decides_the_size_until_one_is_typed(desk: Desk, dialog: ExportDialog) -> None:
    assert dialog.width_.value == desk.canvas.width()
    assert not dialog.fit.isEnabled()
    fill(dialog.width_, "500")
    click(dialog.fit)
    assert dialog.width_.value == desk.canvas.width()


def test_a_picture_for_print_is_light_and_the_window_stays_dark(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path
) -> None:
    desk.press(Key.Key_Space, Key.Key_T)
    dialog = open_panel(desk, Key.Key_E, ExportDialog)
    grounds = []
    for theme in ("", "light", "dark"):
        choose(dialog.theme, theme)
        save_as(tmp_path / "fit.png")
        click(dialog.save)
        grounds.append(QImage(str(tmp_path / "fit.png")).pixelColor(1, 1).name())
    assert grounds == [ink(dark=True).ground, ink(dark=False).ground, ink(dark=True).ground]
    assert desk.snapshot.view.theme == "dark"


def test_another_theme_shows_the_same_place(desk: Desk, save_as: Callable[..., None], tmp_path: Path) -> None:
    desk.press(Key.Key_Space)
    desk.canvas.set_ranges((3.0, 4.0), (70.0, 75.0))
    dialog = open_panel(desk, Key.Key_E, ExportDialog)
    choose(dialog.theme, "dark")
    save_as(tmp_path / "fit.pdf")
    click(dialog.save)
    ticks = {float(text) for text in read_page(tmp_path / "fit.pdf").texts if text[0].isdigit()}
    assert {3.0, 4.0, 70.0, 75.0} <= ticks | {1.0, 2.0}


def test_a_ground_can_be_left_out_of_an_image(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path
) -> None:
    dialog.transparent.setFocus()
    QTest.keyClick(dialog.transparent, Key.Key_Space)
    save_as(tmp_path / "fit.png")
    click(dialog.save)
    assert QImage(str(tmp_path / "fit.png")).pixelColor(1, 1).alpha() == 0
    choose(dialog.format, ".svg")
    assert not dialog.transparent.isEnabled()
    assert not dialog.scale.isEnabled()


def test_copying_takes_the_same_choices(dialog: ExportDialog) -> None:
    fill(dialog.width_, "400")
    fill(dialog.height_, "300")
    choose(dialog.scale, "4")
    click(dialog.copy)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1600, 1200)
    assert "clipboard" in dialog.note.whole


def test_too_many_pixels_get_advice(
    dialog: ExportDialog, save_as: Callable[..., None], tmp_path: Path
) -> None:
    fill(dialog.width_, "20000")
    fill(dialog.height_, "20000")
    save_as(tmp_path / "fit.png")
    click(dialog.save)
    assert "choose fewer" in dialog.note.whole
    click(dialog.copy)
    assert "choose fewer" in dialog.note.whole


# ---------------------------------------------------------------- preview, memory


def test_the_preview_shows_what_will_be_saved(desk: Desk, dialog: ExportDialog) -> None:
    light = previewed(desk, dialog)
    fill(dialog.width_, "300")
    fill(dialog.height_, "600")
    tall = previewed(desk, dialog)
    assert tall.height() == pytest.approx(2 * tall.width(), abs=2)
    choose(dialog.theme, "dark")
    assert previewed(desk, dialog).pixelColor(1, 1).name() == ink(dark=True).ground
    assert light.pixelColor(1, 1).name() == ink(dark=False).ground


def test_the_preview_follows_the_window(desk: Desk, dialog: ExportDialog) -> None:
    before = previewed(desk, dialog)
    desk.canvas.set_ranges((0.0, 2.0), (40.0, 50.0))
    assert previewed(desk, dialog) != before


def test_choices_are_remembered(desk: Desk, dialog: ExportDialog) -> None:
    choose(dialog.format, ".pdf")
    choose(dialog.unit, "mm")
    fill(dialog.width_, "120")
    QTest.keyClick(dialog, Key.Key_Escape)
    to_window(desk)
    desk.press((Key.Key_E, CTRL))
    again = the_panel(ExportDialog)
    assert (again.choices.suffix, again.choices.unit) == (".pdf", "mm")
    assert again.width_.value == pytest.approx(120, abs=0.2)


def test_what_was_remembered_wrongly_does_no_harm() -> None:
    settings = AnalysisSettings()
    for key in ("suffix", "unit", "theme", "width", "scale", "dpi", "transparent"):
        settings.remember(f"export_{key}", "nonsense")
    assert remembered(settings) == ExportChoices()
    chosen = ExportChoices(".svg", "mm", 120 * MM, 400.0, 3, 600, "light", True, False)
    remember(settings, chosen)
    assert remembered(settings).changed(width=chosen.width) == chosen


# ---------------------------------------------------------------- from the command line


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_fit_is_drawn_without_a_window(qtbot: Any, tmp_path: Path, suffix: str) -> None:
    table, picture = tmp_path / "data.csv", tmp_path / f"fit{suffix}"
    rows = np.random.default_rng(1).normal(size=(60, 2))
    table.write_text("\n".join(["length,width", *(f"{x},{y}" for x, y in rows)]), encoding="utf-8")
    assert code_of("fit", table, "--k", "2", "--image", picture) == 0
    assert picture.read_bytes().startswith(STARTS[suffix])
    if suffix == ".pdf":
        assert {"length", "width"} <= set(read_page(picture).texts)
