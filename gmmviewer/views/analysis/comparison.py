"""The table of a comparison: a row per covariance family, a column per K, a criterion in every cell."""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from gmmviewer.mixture.crossvalidation import CrossValidation
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.sweep import Cell
from gmmviewer.scene.numbers import MISSING, format_like, format_number
from gmmviewer.views.analysis.criteria import FOLDS, Criterion, criterion
from gmmviewer.views.ink import Ink, ink
from gmmviewer.views.items.pens import brush

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
DIGITS = 100.0  # a span that makes one decimal: less than a tenth decides nothing
FOLD_DIGITS = 1.0  # of a mean log-density
BEST, FLOORED, WAITING = "★", "▽", "·"
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ComparisonModel(QAbstractTableModel):
    """Cells as they come. The first column chooses which families take part."""

    families_chosen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._families: tuple[CovarianceFamily, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self._ks: tuple[int, ...] = ()
        self._cells: dict[tuple[str, int], Cell] = {}
        self._folds: dict[tuple[str, int], CrossValidation] = {}
        self._best: tuple[str, int] | None = None
        self._criterion = criterion("bic")
        self._ink: Ink = ink(dark=False)
        self._stale = False
        self._busy = False

    # ------------------------------------------------------------ what is shown

    @property
    def chosen(self) -> tuple[str, ...]:
        """The letters of the families that take part, in the order of the rows."""
        return tuple(family.letters for family in self._families if family.letters in self._chosen)

    @property
    def families(self) -> tuple[CovarianceFamily, ...]:
        """All rows."""
        return self._families

    @property
    def best(self) -> Cell | None:
        """The best cell so far, by the criterion shown."""
        return None if self._best is None else self._cells[self._best]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to load or copy."""
        return not self._cells

    def show_families(self, families: tuple[CovarianceFamily, ...], chosen: frozenset[str]) -> None:
        """Other rows; what was computed goes."""
        self.beginResetModel()
        self._families, self._chosen = families, chosen
        self._cells, self._folds, self._best, self._stale = {}, {}, None, False
        self.endResetModel()

    def show_ks(self, ks: tuple[int, ...]) -> None:
        """Other columns; the cells of those that stay are kept."""
        if ks != self._ks:
            self.beginResetModel()
            self._ks = ks
            self._rank()
            self.endResetModel()

    def choose(self, letters: frozenset[str]) -> None:
        """Which families take part."""
        if letters != self._chosen:
            self._chosen = letters
            self._changed()
            self.families_chosen.emit()

    def show_criterion(self, chosen: Criterion) -> None:
        """Another number in every cell."""
        self._criterion = chosen
        self._rank()
        self._changed()

    def restyle(self, chosen: Ink) -> None:
        """Other colours."""
        self._ink = chosen
        self._changed()

    # ------------------------------------------------------------ filling

    def begin(self) -> None:
        """Empty cells, which wait for their fits."""
        self._cells, self._folds, self._best = {}, {}, None
        self._stale, self._busy = False, True
        self._changed()

    def take(self, cell: Cell) -> None:
        """One more fit."""
        self._cells[cell.family.letters, cell.k] = cell
        self._rank()
        self._changed()

    def take_held_out(self, cell: Cell, validation: CrossValidation) -> None:
        """What points that were left out say about a fit."""
        self._folds[cell.family.letters, cell.k] = validation
        self._rank()
        self._changed()

    def end(self) -> None:
        """No more will come."""
        self._busy = False
        self._changed()

    def outdate(self) -> None:
        """The points are others now."""
        self._stale = True
        self._changed()

    # ------------------------------------------------------------ reading

    def cell(self, index: Index) -> Cell | None:
        """The fit in a cell of the table."""
        return None if index.column() == 0 else self._cells.get(self._place(index))

    def value(self, place: tuple[str, int]) -> float | None:
        """The criterion of a family and K; None where it is not known."""
        if self._criterion.key == FOLDS:
            score = self._folds.get(place)
            return None if score is None else score.per_point
        cell = self._cells.get(place)
        return None if cell is None else cell.value(self._criterion.key)

    def tab_separated(self) -> str:
        """The table in full precision; what is floored says so, so that nobody takes it for the best."""
        lines = [
            f"{self._criterion.title} ({self._criterion.direction})",
            "\t".join(["covariance", *(f"K = {k}" for k in self._ks)]),
        ]
        lines += [
            "\t".join([letters, *(self._copied((letters, k)) for k in self._ks)]) for letters in self.chosen
        ]
        return "\n".join(lines) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own signature)
        return 0 if parent.isValid() else len(self._families)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1 + len(self._ks)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return "Covariance" if section == 0 else f"K = {self._ks[section - 1]}"
            if role == Role.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter if section == 0 else RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        return self._family_data(index.row(), role) if index.column() == 0 else self._cell_data(index, role)

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if index.column() or role != Role.CheckStateRole:
            return False
        letters = {self._families[index.row()].letters}
        checked = Qt.CheckState(value) is Qt.CheckState.Checked
        self.choose(self._chosen | letters if checked else self._chosen - letters)
        return True

    # ------------------------------------------------------------ one cell

    def _family_data(self, row: int, role: int) -> Any:
        family = self._families[row]
        if role == Role.DisplayRole:
            return family.title if family.shared_mean else f"{family.letters}  {family.title}"
        if role == Role.ToolTipRole:
            return f"{family.title} ({family.letters}): {family.summary}. Space: take part or not."
        if role == Role.CheckStateRole:
            return Qt.CheckState.Checked if family.letters in self._chosen else Qt.CheckState.Unchecked
        return None

    def _cell_data(self, index: Index, role: int) -> Any:
        place = self._place(index)
        if role == Role.DisplayRole:
            return self._text(place)
        if role in (Role.ToolTipRole, Role.AccessibleDescriptionRole):
            return self._sentence(place)
        if role == Role.TextAlignmentRole:
            return RIGHT
        if role == Role.FontRole and place == self._best:
            font = QFont()
            font.setBold(True)
            return font
        if role == Role.ForegroundRole:
            return self._foreground(place)
        if role == Role.BackgroundRole and place == self._best and not self._stale:
            return brush(self._ink.selection)
        return None

    def _foreground(self, place: tuple[str, int]) -> Any:
        cell = self._cells.get(place)
        quiet = self._stale or cell is None or cell.state is None or cell.floored
        if place == self._best and not self._stale:
            return brush(self._ink.on_selection)
        return brush(self._ink.faint if quiet else self._ink.text)

    def _text(self, place: tuple[str, int]) -> str:
        cell, value = self._cells.get(place), self.value(place)
        if cell is None:
            return WAITING if self._busy and place[0] in self._chosen else ""
        if value is None:
            return MISSING if cell.state is None else (WAITING if self._busy else "")
        said = format_like(value, FOLD_DIGITS if self._criterion.key == FOLDS else DIGITS)
        sign = BEST if place == self._best else FLOORED if cell.floored else ""
        return f"{sign} {said}" if sign else said

    def _sentence(self, place: tuple[str, int]) -> str | None:
        cell = self._cells.get(place)
        if cell is None:
            return None
        name = f"{place[0]}, K = {place[1]}"
        if cell.state is None:
            return f"{name}: no fit. {cell.message}"
        lines = [f"{name}: {self._worth(place)}".rstrip(": ")]
        if self._stale:
            lines.append("It belongs to other points: compare again.")
        if cell.floored:
            lines.append(
                "A component is held at the floor: the likelihood is as high as the floor is low, "
                "so this cell is not considered for the best."
            )
        elif not cell.converged:
            lines.append(f"Not converged: {cell.stop_reason.value}.")
        lines.append(
            f"log-likelihood {format_like(cell.state.log_likelihood, DIGITS)}, "
            f"{cell.n_parameters} parameters, {cell.state.iteration} iterations"
        )
        return "\n".join(lines)

    def _worth(self, place: tuple[str, int]) -> str:
        """ "BIC 2320.3, 12.4 from the best"."""
        value, score = self.value(place), self._folds.get(place)
        if value is None:
            return ""
        if self._criterion.key == FOLDS and score is not None:
            error = format_number(score.standard_error, 2)
            return f"{self._criterion.title} {format_like(value, FOLD_DIGITS)} ± {error} per point"
        said = f"{self._criterion.title} {format_like(value, DIGITS)}"
        best = None if self._best is None else self.value(self._best)
        if best is None or place == self._best:
            return f"{said}, the best"
        return f"{said}, {format_like(value - best, DIGITS)} from the best"

    def _copied(self, place: tuple[str, int]) -> str:
        cell, value = self._cells.get(place), self.value(place)
        if cell is None or value is None:
            return ""
        return f"{value!r} (floored)" if cell.floored else repr(float(value))

    def _place(self, index: Index) -> tuple[str, int]:
        return self._families[index.row()].letters, self._ks[index.column() - 1]

    def _rank(self) -> None:
        """Find the best: a sound cell if there is one."""
        known = [
            (cell.floored, -value if not self._criterion.lower else value, place)
            for place, cell in self._cells.items()
            if place[1] in self._ks and (value := self.value(place)) is not None
        ]
        self._best = min(known, key=_first_two)[2] if known else None

    def _changed(self) -> None:
        if self._families:
            last = self.index(len(self._families) - 1, len(self._ks))
            self.dataChanged.emit(self.index(0, 0), last)


def _first_two(known: tuple[bool, float, tuple[str, int]]) -> tuple[bool, float]:
    return known[:2]
