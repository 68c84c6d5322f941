"""What crosses the border of the window: files, the clipboard, pictures, parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox
from pytestqt.qtbot import QtBot

from gmmviewer.app.columns_dialog import ColumnsDialog
from gmmviewer.app.startup import model_choices
from gmmviewer.mixture import Mixture, log_likelihood
from gmmviewer.session import edits
from gmmviewer.session.snapshot import Snapshot
from tests.app.commands import ROOT, code_of
from tests.app.conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
TABLE = "who,height,weight,age\n" + "".join(
    f"p{i},{150 + i},{50 + i % 7},{20 + i * i % 11}\n" for i in range(30)
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file with a column of text and three of numbers."""
    path = tmp_path / "people.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether the same work is on screen."""
    return (one.document, one.cursor, one.view) == (other.document, other.cursor, other.view)


# ---------------------------------------------------------------- opening


def test_a_good_file_is_opened(desk: Desk, table: Path) -> None:
    desk.press(Key.Key_Space)
    desk.open(table)
    points = desk.snapshot.document.points
    assert (points.name, points.n, points.columns) == ("people.csv", 30, ("height", "weight"))
    assert desk.window.windowTitle().startswith("people.csv")
    assert "Showing height × weight of 4 columns: Ctrl+Shift+O chooses others." in desk.notice
    assert not desk.window.status.bar.isVisible()
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 1


def test_the_open_dialog_opens(desk: Desk, table: Path, open_from: Callable[..., None]) -> None:
    open_from(table)
    with_signal = desk.window.files._loader.loaded
    desk.press((Key.Key_O, CTRL))
    desk.wait_for(with_signal, lambda: desk.snapshot.document.points.name == "people.csv")
    desk.settle()
    open_from("")
    before = desk.snapshot
    desk.press((Key.Key_O, CTRL))
    assert same(desk.snapshot, before)


BAD_FILES = (
    ("bad.csv", b"a,b\n1,2\n3,4\n5,six\n7,8\n", "bad.csv, line 4"),
    ("ragged.csv", b"a,b\n1,2\n3,4\n5\n6,7\n", "ragged.csv, line 4"),
    ("infinite.csv", b"a,b\n1,2\n3,inf\n", "infinite.csv, line 3"),
    ("empty.csv", b"", "no numeric rows"),
    ("text.csv", b"name\nme\nyou\n", "text.csv"),
    ("pickle.npy", b"\x93NUMPY\x01\x00nonsense", "pickle.npy"),
    ("bomb.npz", b"PK\x03\x04nonsense", "bomb.npz"),
)


def test_a_bad_file_leaves_everything_as_it_was(desk: Desk, tmp_path: Path) -> None:
    desk.press(Key.Key_Space)
    before = desk.snapshot
    for name, content, said in BAD_FILES:
        path = tmp_path / name
        path.write_bytes(content)
        desk.open(path)
        assert same(desk.snapshot, before), name
        assert said in desk.notice
        assert "\n" not in desk.notice
        assert desk.window.notice.property("tone") == "error"
        assert not desk.window.status.bar.isVisible()
    desk.press(Key.Key_Space)
    assert desk.state.iteration == 2


def test_a_bad_file_is_not_among_the_recent_ones(desk: Desk, tmp_path: Path, table: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("name\nme\n", encoding="utf-8")
    desk.open(bad)
    desk.open(table)
    desk.window.recent_menu.aboutToShow.emit()
    assert [action.text() for action in desk.window.recent_menu.actions()] == ["people.csv"]


def test_a_recent_file_opens_again(desk: Desk, table: Path) -> None:
    desk.open(table)
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document.points.name == "Old Faithful"
    desk.window.recent_menu.aboutToShow.emit()
    desk.window.recent_menu.actions()[0].trigger()
    desk.wait_for(desk.window.store.changed, lambda: desk.snapshot.document.points.name == "people.csv")


def test_a_file_that_vanished_is_an_error(desk: Desk, tmp_path: Path) -> None:
    desk.open(tmp_path / "gone.csv")
    assert "no such file" in desk.notice


def test_the_last_of_two_files_wins(desk: Desk, table: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n2\n5\n", encoding="utf-8")
    desk.window.files.open_file(table)
    desk.window.files.open_file(other)
    desk.wait_for(desk.window.store.changed, lambda: desk.snapshot.document.points.name == "other.csv")
    desk.settle()
    assert desk.canvas is desk.window.canvas_1d


def test_a_model_from_the_command_line_suits_the_file_or_says_why(desk: Desk, table: Path) -> None:
    loaded = desk.window.files._loader.loaded
    desk.window.files.open_file(table, "age", model_choices(3, "tied", 4))
    desk.wait_for(loaded, lambda: desk.snapshot.document.points.d == 1)
    model = desk.snapshot.document.model
    assert (model.k, model.covariance, model.seed) == (3, "E", 4)
    desk.settle()
    before = desk.snapshot.document
    desk.window.files.open_file(table, "age,height", model_choices(3, "E", 4))
    desk.wait_for(loaded, lambda: "one-dimensional" in desk.notice)
    assert desk.snapshot.document is before
    desk.window.files.open_file(table, "age,who", model_choices(3, "E", 4))
    desk.wait_for(loaded, lambda: "'who' holds text" in desk.notice)


def test_a_file_can_be_dropped(desk: Desk, table: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    actions, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(300, 300), actions, data, buttons, keys)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(300, 300), actions, data, buttons, keys))
    desk.wait_for(desk.window.store.changed, lambda: desk.snapshot.document.points.name == "people.csv")


# ---------------------------------------------------------------- columns


class Chooser(QObject):
    """Chooses columns and presses a button as soon as the columns dialog is up."""

    def __init__(self) -> None:
        super().__init__()
        self._answers: list[tuple[str, str, QDialogButtonBox.StandardButton]] = []
        QApplication.instance().installEventFilter(self)

    def will(self, horizontal: str, vertical: str, button: QDialogButtonBox.StandardButton) -> None:
        """What to choose in the next dialog."""
        self._answers.append((horizontal, vertical, button))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, ColumnsDialog) and event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self.choose)
        return False

    @Slot()
    def choose(self) -> None:
        """Do it."""
        dialog = QApplication.activeModalWidget()
        horizontal, vertical, button = self._answers.pop(0)
        boxes = {box.accessibleName(): box for box in dialog.findChildren(QComboBox)}
        for name, text in (("Horizontal column", horizontal), ("Vertical column", vertical)):
            boxes[name].setCurrentIndex(boxes[name].findText(text))
        dialog.findChild(QDialogButtonBox).button(button).click()


@pytest.fixture
def chooser(qapp: QApplication) -> Iterator[Chooser]:
    """Answers columns dialogs."""
    chooser = Chooser()
    yield chooser
    qapp.removeEventFilter(chooser)


def test_other_columns_can_be_chosen(desk: Desk, table: Path, chooser: Chooser) -> None:
    desk.open(table)
    chooser.will("age", "height", QDialogButtonBox.StandardButton.Ok)
    desk.press((Key.Key_O, CTRL | SHIFT))
    assert desk.snapshot.document.points.columns == ("age", "height")
    assert "Showing" not in desk.notice
    chooser.will("age", "none: one dimension", QDialogButtonBox.StandardButton.Ok)
    desk.window.actions_.trigger("choose_columns")
    desk.activate()
    assert desk.snapshot.document.points.columns == ("age",)
    assert desk.canvas is desk.window.canvas_1d
    desk.press((Key.Key_Z, CTRL))
    assert desk.snapshot.document.points.columns == ("age", "height")
    assert desk.canvas is desk.window.canvas_2d


def test_choosing_columns_can_be_cancelled(desk: Desk, table: Path, chooser: Chooser) -> None:
    desk.open(table)
    before = desk.snapshot
    chooser.will("age", "height", QDialogButtonBox.StandardButton.Cancel)
    desk.press((Key.Key_O, CTRL | SHIFT))
    assert same(desk.snapshot, before)


def test_the_dialog_offers_columns_of_numbers(desk: Desk, table: Path, qtbot: QtBot) -> None:
    desk.open(table)
    document = desk.snapshot.document
    assert document.table is not None
    dialog = ColumnsDialog(document.table, document.points.columns)
    qtbot.addWidget(dialog)
    first, second, weights = dialog.findChildren(QComboBox)
    assert [first.itemText(i) for i in range(first.count())] == ["height", "weight", "age"]
    assert weights.currentText().startswith("none")
    assert dialog.weights() is None
    assert (first.currentText(), second.currentText()) == ("height", "weight")
    assert dialog.chosen() == (1, 2)


def test_rows_can_be_weighted_by_a_column(desk: Desk, table: Path, qtbot: QtBot) -> None:
    desk.open(table)
    opened = desk.snapshot.document.table
    assert opened is not None
    desk.window.files.open_table(opened, (1, 2), weights=3)
    desk.settle()
    points = desk.snapshot.document.points
    ages = opened.values[:, 3]
    assert points.weights is not None
    assert points.weights.tolist() == ages.tolist()
    assert desk.state.sample.total == ages.sum()
    assert f"rows count by 'age': N = {ages.sum():g}" in " ".join(points.notes)
    dialog = ColumnsDialog(opened, points.columns, points.weighted_by)
    qtbot.addWidget(dialog)
    assert dialog.weights() == 3


# ---------------------------------------------------------------- the clipboard


def test_numbers_from_a_spreadsheet_can_be_pasted(desk: Desk) -> None:
    QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n5\t7\n")
    desk.press((Key.Key_V, CTRL))
    points = desk.snapshot.document.points
    assert (points.n, points.columns, points.name) == (3, ("a", "b"), "clipboard")


@pytest.mark.parametrize("text", ["", "hello world", "a,b\n1,2\n3,4\n5,x\n7,8\n"])
def test_pasting_something_else_says_what_is_wrong(desk: Desk, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    before = desk.snapshot
    desk.press((Key.Key_V, CTRL))
    assert same(desk.snapshot, before)
    assert desk.notice.startswith("clipboard")


def test_the_picture_can_be_copied(desk: Desk) -> None:
    desk.press(Key.Key_Space, (Key.Key_C, CTRL | SHIFT))
    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * desk.canvas.width()
    assert "clipboard" in desk.notice


# ---------------------------------------------------------------- parameters


def test_an_export_can_be_cancelled(desk: Desk, save_as: Callable[..., None]) -> None:
    save_as("")
    before = desk.snapshot
    desk.press((Key.Key_E, CTRL | SHIFT))
    assert same(desk.snapshot, before)
    assert desk.notice == ""


def exported(desk: Desk, save_as: Callable[..., None], path: Path) -> dict[str, object]:
    save_as(path)
    desk.press((Key.Key_E, CTRL | SHIFT))
    assert "Saved" in desk.notice
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_exported_parameters_have_one_log_likelihood_per_iteration(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path
) -> None:
    for count, key in enumerate((None, Key.Key_E, Key.Key_M, Key.Key_E, Key.Key_Space, Key.Key_Space)):
        if key is not None:
            desk.press(key)
        found = exported(desk, save_as, tmp_path / f"{count}.json")
        history = found["log_likelihood_history"]
        assert isinstance(history, list)
        assert found["iterations"] == len(history) - 1 == desk.state.iteration
        by_iteration = {state.iteration: state for state in desk.snapshot.document.states}
        assert history == [state.log_likelihood for state in by_iteration.values()]
        assert found["log_likelihood"] == desk.state.log_likelihood
        assert found["means"] == desk.state.mixture.means.tolist()


def test_exported_parameters_start_a_fit_on_the_command_line(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.press(Key.Key_Space, Key.Key_Space)
    path = tmp_path / "fit.json"
    exported(desk, save_as, path)
    data = ROOT / "resources" / "data" / "old_faithful.csv"
    assert code_of("fit", data, "--start", f"parameters:{path}", "--max-iter", "0", "--json", "-") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["log_likelihood"] == pytest.approx(desk.state.log_likelihood, abs=1e-9)


def test_exported_parameters_are_those_shown(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path
) -> None:
    desk.window.store.apply(edits.choose_view(speed="fastest"))
    desk.press(Key.Key_R)
    assert exported(desk, save_as, tmp_path / "end.json")["stop_reason"] == "converged"
    desk.press(Key.Key_Home, Key.Key_Space, Key.Key_Space)
    found = exported(desk, save_as, tmp_path / "two.json")
    assert found["iterations"] == 2
    assert found["stop_reason"] != "converged"
    mixture = Mixture(found["weights"], found["means"], found["covariances"])  # type: ignore[arg-type]
    assert log_likelihood(desk.snapshot.document.points.values, mixture) == pytest.approx(
        found["log_likelihood"], abs=1e-8
    )


def test_exported_parameters_after_drawing(desk: Desk, save_as: Callable[..., None], tmp_path: Path) -> None:
    desk.press(Key.Key_Space, Key.Key_2)
    desk.click(desk.canvas, desk.pixel(3.0, 60.0))
    desk.press(Key.Key_Space)
    found = exported(desk, save_as, tmp_path / "drawn.json")
    assert found["n"] == 273
    assert len(found["log_likelihood_history"]) == found["iterations"] + 1  # type: ignore[arg-type, operator]


def test_a_parameters_file_gets_its_suffix(desk: Desk, save_as: Callable[..., None], tmp_path: Path) -> None:
    save_as(tmp_path / "fit of K=2.5")
    desk.press((Key.Key_E, CTRL | SHIFT))
    assert [path.name for path in tmp_path.iterdir()] == ["fit of K=2.5.json"]


def test_parameters_that_cannot_be_written_say_so(
    desk: Desk, save_as: Callable[..., None], tmp_path: Path
) -> None:
    save_as(tmp_path / "nowhere" / "fit.json")
    desk.press((Key.Key_E, CTRL | SHIFT))
    assert "fit.json could not be written" in desk.notice
