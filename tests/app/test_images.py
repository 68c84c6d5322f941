"""Pictures in the window and on the command line, and densities on a logarithmic axis."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from gmmviewer.app.commands import open_builtin
from gmmviewer.app.startup import model_choices
from gmmviewer.app.subband_dialog import SubbandDialog
from gmmviewer.data.leaves import leaves
from gmmviewer.data.subbands import SubbandTable, subband_table
from gmmviewer.data.wavelets import haar
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.canvas import Canvas1D
from tests.app.commands import code_of
from tests.app.conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
GREY = np.rint(leaves(3, 64)).astype(np.uint8)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small grey picture."""
    path = tmp_path / "photo.png"
    Image.fromarray(GREY).save(path)
    return path


class Chooser(QObject):
    """Chooses sub-bands by the texts of the boxes and presses a key as soon as the dialog is up."""

    def __init__(self) -> None:
        super().__init__()
        self._answers: list[tuple[dict[str, str], Qt.Key]] = []
        self.offered: list[dict[str, str]] = []
        QApplication.instance().installEventFilter(self)

    def will(self, key: Qt.Key = Key.Key_Return, **wanted: str) -> None:
        """What to choose in the next dialog: the beginnings of entries of ``level``, ``x`` and ``y``."""
        self._answers.append((wanted, key))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, SubbandDialog) and event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self.choose)
        return False

    @Slot()
    def choose(self) -> None:
        """Do it."""
        dialog = QApplication.activeModalWidget()
        wanted, key = self._answers.pop(0)
        self.offered.append({name: box.currentText() for name, box in boxes(dialog).items()})
        for name, text in wanted.items():
            pick(boxes(dialog)[name], text)
        QTest.keyClick(dialog, key)


def boxes(dialog: QObject) -> dict[str, QComboBox]:
    names = {"Level": "level", "Horizontal sub-band": "x", "Vertical sub-band": "y"}
    return {names[box.accessibleName()]: box for box in dialog.findChildren(QComboBox)}


def pick(box: QComboBox, text: str) -> None:
    index = box.findText(text, Qt.MatchFlag.MatchStartsWith)
    assert index >= 0, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(index)


@pytest.fixture
def chooser(qapp: QApplication) -> Iterator[Chooser]:
    """Answers sub-band dialogs."""
    chooser = Chooser()
    yield chooser
    qapp.removeEventFilter(chooser)


def same(one: Snapshot, other: Snapshot) -> bool:
    return (one.document, one.cursor, one.view) == (other.document, other.cursor, other.view)


# ---------------------------------------------------------------- opening


def test_a_picture_asks_for_its_sub_band(desk: Desk, photo: Path, chooser: Chooser) -> None:
    chooser.will(level="2", x="Vertical detail")
    desk.open(photo)
    points = desk.snapshot.document.points
    assert chooser.offered[0]["level"].startswith("1: the finest  (32 × 32)")
    assert (points.name, points.columns) == ("photo.png", ("vertical detail, level 2",))
    np.testing.assert_allclose(points.values[:, 0], haar(GREY, 2).details[1][1].ravel())
    assert isinstance(desk.canvas, Canvas1D)
    model = desk.snapshot.document.model
    assert (model.k, model.covariance) == (3, "scale")
    assert desk.window.windowTitle().startswith("photo.png")
    desk.activate()
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


def test_the_next_picture_offers_the_choice_of_the_last(
    desks: Callable[..., Desk], photo: Path, chooser: Chooser
) -> None:
    first, second = desks(), desks()
    chooser.will(level="2", x="Diagonal detail", y="Horizontal detail")
    first.open(photo)
    assert first.snapshot.document.points.d == 2
    chooser.will()
    second.open(photo)
    assert chooser.offered[1]["level"].startswith("2")
    assert second.snapshot.document.points.columns == (
        "diagonal detail, level 2",
        "horizontal detail, level 2",
    )


def test_escape_leaves_everything_as_it_was(desk: Desk, photo: Path, chooser: Chooser) -> None:
    desk.press(Key.Key_Space)
    before = desk.snapshot
    chooser.will(Key.Key_Escape, level="3")
    desk.open(photo)
    assert same(desk.snapshot, before)
    desk.window.recent_menu.aboutToShow.emit()
    assert [action.text() for action in desk.window.recent_menu.actions()] == ["No files yet"]
    chooser.will()
    desk.open(photo)
    assert chooser.offered[1]["level"].startswith("1"), "a choice that was cancelled is not remembered"


def test_other_sub_bands_can_be_chosen_later(desk: Desk, photo: Path, chooser: Chooser) -> None:
    chooser.will()
    desk.open(photo)
    desk.activate()
    chooser.will(y="Vertical detail")
    desk.press((Key.Key_O, CTRL | SHIFT))
    assert chooser.offered[1] == {**chooser.offered[0], "x": "Horizontal detail (LH)"}
    assert desk.snapshot.document.points.columns == ("horizontal detail, level 1", "vertical detail, level 1")
    assert desk.snapshot.document.model.covariance == "scale-isotropic", "in two dimensions now"
    desk.window.store.apply(edits.choose_model(covariance="VVV", k=2))
    chooser.will(y="Diagonal detail")
    desk.window.actions_.trigger("choose_columns")
    model = desk.snapshot.document.model
    assert (model.covariance, model.k) == ("VVV", 2), "a choice of one's own stays"
    desk.activate()
    desk.press(*[(Key.Key_Z, CTRL)] * 2)
    assert desk.snapshot.document.points.columns == ("horizontal detail, level 1",)
    before = desk.snapshot
    chooser.will(Key.Key_Escape, x="Diagonal detail")
    desk.press((Key.Key_O, CTRL | SHIFT))
    assert same(desk.snapshot, before)


def test_the_built_in_picture_has_sub_bands_to_choose(desks: Callable[..., Desk], chooser: Chooser) -> None:
    desk = desks(open_builtin("wavelets", 1))
    assert desk.snapshot.document.points.n == 128 * 128
    chooser.will(level="3", x="Vertical detail", y="its parent")
    desk.press((Key.Key_O, CTRL | SHIFT))
    assert desk.snapshot.document.points.columns == ("vertical detail, level 3", "vertical detail, level 4")
    assert desk.snapshot.document.points.n == 16 * 16


def test_a_picture_can_be_dropped(desk: Desk, photo: Path, chooser: Chooser) -> None:
    chooser.will()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(desk.window, QDragEnterEvent(QPoint(300, 300), action, data, button, key))
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(300, 300), action, data, button, key))
    desk.wait_for(desk.window.store.changed, lambda: desk.snapshot.document.points.name == "photo.png")


def test_columns_from_the_command_line_ask_nothing(desk: Desk, photo: Path) -> None:
    desk.window.files.open_file(photo, "LH1,HL1", model_choices(None, "diag", None))
    desk.wait_for(desk.window.store.changed, lambda: desk.snapshot.document.points.name == "photo.png")
    assert desk.snapshot.document.points.d == 2
    assert desk.snapshot.document.model.covariance == "VVI", "and the model asked for is the model"
    desk.settle()


def test_a_bad_picture_leaves_everything_as_it_was(desk: Desk, photo: Path) -> None:
    whole, before = photo.read_bytes(), desk.snapshot
    for content, said in ((whole[:-200], "photo.png: is a damaged picture"), (b"1,2\n3,4\n", "is no PNG")):
        photo.write_bytes(content)
        desk.open(photo)
        assert same(desk.snapshot, before)
        assert said in desk.notice
        assert desk.window.notice.property("tone") == "error"


# ---------------------------------------------------------------- the dialog


@pytest.fixture
def table() -> SubbandTable:
    return subband_table(GREY, "photo.png")


def dialog_on(table: SubbandTable, shown: tuple[int, ...], qtbot: QtBot) -> SubbandDialog:
    dialog = SubbandDialog(table, shown)
    qtbot.addWidget(dialog)
    return dialog


def note(dialog: SubbandDialog) -> str:
    return next(label.text() for label in dialog.findChildren(QLabel) if "kurtosis" in label.text())


def test_the_dialog_says_what_it_would_show(table: SubbandTable, qtbot: QtBot) -> None:
    dialog = dialog_on(table, table.resolve("HL1"), qtbot)
    choices = boxes(dialog)
    values = haar(GREY, 1).details[0][1].ravel()
    kurtosis = ((values - values.mean()) ** 4).mean() / values.var() ** 2
    assert note(dialog) == f"1\u202f024 coefficients, kurtosis {kurtosis:.3g} (a Gaussian has 3)"
    pick(choices["y"], "Diagonal detail")
    assert note(dialog).startswith("1\u202f024 pairs, kurtosis")
    assert dialog.chosen() == table.resolve("HL1,HH1")
    pick(choices["level"], "2")
    assert dialog.chosen() == table.resolve("HL2,HH2"), "the directions stay"
    pick(choices["y"], "its parent, level 3")
    pick(choices["level"], "4")
    assert dialog.chosen() == table.resolve("HL4,HL5")
    pick(choices["level"], "5")
    assert dialog.chosen() == table.resolve("HL5"), "the last level has no parent"
    assert note(dialog).startswith("4 coefficients")


def test_a_sub_band_is_not_paired_with_itself(table: SubbandTable, qtbot: QtBot) -> None:
    dialog = dialog_on(table, table.resolve("LH1,HL1"), qtbot)
    pick(boxes(dialog)["x"], "Vertical detail")
    assert dialog.chosen() == table.resolve("HL1")


def test_the_dialog_of_a_line_of_pixels_offers_what_there_is(qtbot: QtBot) -> None:
    dialog = dialog_on(subband_table(GREY[:1], "row"), (0,), qtbot)
    box = boxes(dialog)["x"]
    assert [box.itemText(i) for i in range(box.count())] == ["Vertical detail (HL)"]
    flat = dialog_on(subband_table(np.ones((4, 4)), "flat"), (0,), qtbot)
    assert note(flat) == "4 coefficients, kurtosis – (a Gaussian has 3)"
    assert flat.findChild(QDialogButtonBox) is not None


# ---------------------------------------------------------------- without a window


def test_a_picture_is_fitted_without_a_window(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("fit", str(photo), "--columns", "horizontal1", "--k", "3", "--json", "-") == 0
    fit = json.loads(capsys.readouterr().out)
    assert len(fit["means"]) == 3
    assert len(fit["means"][0]) == 1
    labels = photo.with_suffix(".csv")
    assert code_of("fit", str(photo), "--columns", "LH2,HL2", "--labels", str(labels)) == 0
    said = capsys.readouterr().out
    assert "64 × 64 pixels" in said
    written = np.loadtxt(labels, dtype=int).reshape(32, 32)
    assert (written[::2, ::2] >= 0).all(), "a label where there is a coefficient of level 2"
    written[::2, ::2] = -1
    assert (written == -1).all()


def test_a_wrong_sub_band_says_what_there_is(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of("fit", str(photo), "--columns", "LL1") == 2
    assert "horizontal1 (LH1)" in capsys.readouterr().err


# ---------------------------------------------------------------- the logarithmic axis


def test_l_shows_densities_on_a_logarithmic_axis(desks: Callable[..., Desk]) -> None:
    desk = desks(open_builtin("waiting", 1))
    assert not desk.canvas.frame().log_y
    desk.press(Key.Key_L)
    assert desk.snapshot.view.log_density
    assert desk.canvas.frame().log_y
    assert desk.window.actions_.by_id["log_density"].isChecked()
    QTest.mouseMove(desk.canvas, desk.pixel(70.0))
    desk.read()
    assert "log p(x)" in desk.window.status.where.toolTip() or "log p(x)" in desk.window.status.where.text()
    desk.press(Key.Key_Space, Key.Key_L)
    assert not desk.canvas.frame().log_y
    assert desk.state.iteration == 1


def test_the_logarithmic_axis_is_remembered(desks: Callable[..., Desk]) -> None:
    first = desks(open_builtin("waiting", 1))
    first.press(Key.Key_L)
    first.close()
    assert desks(open_builtin("waiting", 1)).canvas.frame().log_y


def test_the_plane_has_no_density_axis(desk: Desk) -> None:
    desk.activate()
    desk.press(Key.Key_L)
    assert not desk.snapshot.view.log_density
    assert "one dimension" in desk.notice
