"""Which one or two sub-bands of an image to show, with a picture of the first to choose by."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gmmviewer.data.subbands import Subband, SubbandTable, kurtosis
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene.numbers import format_number

NONE = -1
PICTURE = 256  # pixels of either side at most


class SubbandDialog(QDialog):
    """Asks for a level, a direction, and what to pair it with; without a pair the points are 1-D."""

    def __init__(self, table: SubbandTable, shown: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setWindowTitle(f"Wavelet coefficients of {table.name}")
        self._level, self._horizontal, self._vertical = QComboBox(), QComboBox(), QComboBox()
        self._level.setAccessibleName("Level")
        self._horizontal.setAccessibleName("Horizontal sub-band")
        self._vertical.setAccessibleName("Vertical sub-band")
        self._picture, self._note = QLabel(), QLabel()
        self._picture.setAccessibleName("Picture of the sub-band")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setMinimumSize(PICTURE, PICTURE)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self._fill(shown)
        self._level.currentIndexChanged.connect(self._on_level)
        self._horizontal.currentIndexChanged.connect(self._on_horizontal)
        self._vertical.currentIndexChanged.connect(self._on_vertical)

    def chosen(self) -> tuple[int, ...]:
        """The columns of the table, one or two."""
        first, second = int(self._horizontal.currentData()), int(self._vertical.currentData())
        return (first,) if second == NONE else (first, second)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("Level", self._level)
        form.addRow("x axis", self._horizontal)
        form.addRow("y axis", self._vertical)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self._picture, 1)
        layout.addWidget(self._note)
        layout.addWidget(buttons)
        self.resize(460, 480)

    def _fill(self, shown: tuple[int, ...]) -> None:
        """Every level, and the choice that is shown now."""
        bands = self._table.subbands
        for level in sorted({band.level for band in bands}):
            column = next(i for i, band in enumerate(bands) if band.level == level)
            height, width = self._table.coefficients(column).shape
            self._level.addItem(f"{level}{': the finest' if level == 1 else ''}  ({width} × {height})", level)
        first = bands[shown[0]]
        self._level.setCurrentIndex(self._level.findData(first.level))
        self._fill_horizontal(first.kind.name)
        self._fill_vertical(bands[shown[1]] if len(shown) > 1 else None)

    def _fill_horizontal(self, wanted: str) -> None:
        """The directions of this level; the same one as before, if there is one."""
        self._horizontal.clear()
        for column, band in enumerate(self._table.subbands):
            if band.level == self._level.currentData():
                self._horizontal.addItem(_label(band), column)
                self._horizontal.setItemData(
                    self._horizontal.count() - 1, band.kind.meaning, Qt.ItemDataRole.ToolTipRole
                )
                if band.kind.name == wanted:
                    self._horizontal.setCurrentIndex(self._horizontal.count() - 1)

    def _fill_vertical(self, wanted: Subband | None) -> None:
        """What lies at the same places: the other directions of this level, and the parent."""
        bands = self._table.subbands
        first = bands[int(self._horizontal.currentData())]
        self._vertical.clear()
        self._vertical.addItem("none: one dimension", NONE)
        for column, band in enumerate(bands):
            if band.level == first.level and band.kind is not first.kind:
                self._vertical.addItem(_label(band), column)
            elif band.level == first.level + 1 and band.kind is first.kind:
                self._vertical.addItem(f"its parent, level {band.level}", column)
        if wanted in bands:
            self._vertical.setCurrentIndex(max(self._vertical.findData(bands.index(wanted)), 0))
        self._describe()

    def _describe(self) -> None:
        """How many coefficients these are, and how far from Gaussian."""
        chosen = self.chosen()
        values = self._table.values[self._table.complete_rows(chosen)][:, list(chosen)]
        number = f"{len(values):,}".replace(",", "\u202f")
        tails = " and ".join(format_number(kurtosis(column), 3) for column in values.T)
        what = "coefficients" if len(chosen) == 1 else "pairs"
        self._note.setText(f"{number} {what}, kurtosis {tails} (a Gaussian has 3)")
        self._picture.setPixmap(_picture(self._table.coefficients(chosen[0])))

    @Slot()
    def _on_level(self) -> None:
        bands = self._table.subbands
        first, second = (int(box.currentData()) for box in (self._horizontal, self._vertical))
        step = int(self._level.currentData()) - bands[first].level
        pair = None if second == NONE else Subband(bands[second].kind, bands[second].level + step)
        with QSignalBlocker(self._horizontal), QSignalBlocker(self._vertical):
            self._fill_horizontal(bands[first].kind.name)
            self._fill_vertical(pair)

    @Slot()
    def _on_horizontal(self) -> None:
        second = int(self._vertical.currentData())
        pair = None if second == NONE else self._table.subbands[second]
        with QSignalBlocker(self._vertical):
            self._fill_vertical(pair)

    @Slot()
    def _on_vertical(self) -> None:
        self._describe()


def _label(band: Subband) -> str:
    return f"{band.kind.name.capitalize()} detail ({band.kind.letters})"


def _picture(coefficients: FloatArray) -> QPixmap:
    """Grey where nothing changes, lighter and darker with the root of the coefficient."""
    largest = float(np.abs(coefficients).max()) or 1.0
    shares = np.sign(coefficients) * np.sqrt(np.abs(coefficients) / largest)
    grey = np.ascontiguousarray(np.rint(128.0 + 127.0 * shares), dtype=np.uint8)
    height, width = grey.shape
    image = QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(image).scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
