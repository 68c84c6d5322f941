"""The components as rows of a table: live numbers to read, exact ones to copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.events import Empty, Event, Floored
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.state import Stage
from gmmviewer.scene.ellipses import Shape, shapes
from gmmviewer.scene.numbers import MISSING, format_like
from gmmviewer.session.snapshot import Snapshot
from gmmviewer.views.ink import Ink
from gmmviewer.views.notice import shown_events
from gmmviewer.views.widgets.swatch import marked_pixmap, symbol_pixmap

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Numbers: TypeAlias = tuple[float | None, ...]
SWATCH_SIDE = 18
LOOK_BACK = 2  # half-steps from a state set by hand after an M-step to the E-step before


@dataclass(frozen=True, eq=False)
class Rows:
    """What the table shows: a mixture in data units, n_k (K,) if known, the span of each axis, events."""

    mixture: Mixture
    counts: FloatArray | None
    n: int
    spans: tuple[float, ...]
    names: tuple[str, ...]
    events: tuple[Event, ...]

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """Standard deviations and correlations."""
        return shapes(self.mixture)

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """What every cell says, [component][column]: rounded once, however often a cell is painted."""
        spans = [column.spans(self) for column in COLUMNS]
        return tuple(
            tuple(
                "\n".join(map(format_like, column.numbers(self, k), span))
                for column, span in zip(COLUMNS, spans, strict=True)
            )
            for k in range(self.mixture.n_components)
        )

    def trouble(self, k: int) -> Event | None:
        """What is wrong with component k, if anything."""
        found = (e for e in self.events if e.component == k and isinstance(e, (Floored, Empty)))
        return next(found, None)


@dataclass(frozen=True)
class Column:
    """``numbers`` of one component; ``spans`` say how many digits each of them needs."""

    title: str
    meaning: str
    names: Callable[[Rows], tuple[str, ...]]
    numbers: Callable[[Rows, int], Numbers]
    spans: Callable[[Rows], tuple[float, ...]]


COLUMNS: tuple[Column, ...] = (
    Column(
        "π",
        "Mixing weight",
        lambda rows: ("weight",),
        lambda rows, k: (float(rows.mixture.weights[k]),),
        lambda rows: (1.0,),
    ),
    Column(
        "Mean",
        "Mean μ, in the units of the data",
        lambda rows: tuple(f"mean {name}" for name in rows.names),
        lambda rows, k: tuple(rows.mixture.means[k].tolist()),
        lambda rows: rows.spans,
    ),
    Column(
        "SD",
        "Standard deviation along each axis, in the units of the data",
        lambda rows: tuple(f"SD {name}" for name in rows.names),
        lambda rows, k: rows.shapes[k].standard_deviations,
        lambda rows: rows.spans,
    ),
    Column(
        "ρ",
        "Correlation",
        lambda rows: ("correlation",),
        lambda rows, k: (rows.shapes[k].correlation,),
        lambda rows: (10.0,),  # two decimals: the means need the room
    ),
    Column(
        "n",
        "How many points the component is responsible for: n_k = Σ r_ik",
        lambda rows: ("n_k",),
        lambda rows, k: (None if rows.counts is None else float(rows.counts[k]),),
        lambda rows: (max(float(rows.n), 1.0),),
    ),
)
RIGHT = int((Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value)
ROLES = frozenset(
    map(
        int,
        (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.DecorationRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.TextAlignmentRole,
        ),
    )
)
SIGN = 0  # the first column: symbol, number and badge


class ComponentModel(QAbstractTableModel):
    """One row per component, one column per quantity; vectors stand upright in their cell."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Rows | None = None
        self._ink: Ink | None = None
        self._ratio = 1.0

    @property
    def rows(self) -> Rows | None:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Rows | None, ink: Ink, ratio: float) -> bool:
        """Show other numbers; whether the number of rows changed."""
        before, now = self.rowCount(), 0 if rows is None else rows.mixture.n_components
        self._ink, self._ratio = ink, ratio
        if before != now:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        self._rows = rows
        if now:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, self.columnCount() - 1))
        return False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """K."""
        return 0 if self._rows is None else self._rows.mixture.n_components

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The sign and the quantities."""
        return 1 + len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles and what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if section == SIGN:
            return "Component" if role == Qt.ItemDataRole.ToolTipRole else None
        column = COLUMNS[section - 1]
        answers: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: column.title,
            Qt.ItemDataRole.ToolTipRole: column.meaning,
            Qt.ItemDataRole.TextAlignmentRole: RIGHT,
        }
        return answers.get(role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Rounded to read, exact in the tooltip."""
        if role not in ROLES or self._rows is None or self._ink is None:
            return None
        if index.column() == SIGN:
            return self._sign(self._rows, self._ink, index.row(), role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows.texts[index.row()][index.column() - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            column = COLUMNS[index.column() - 1]
            pairs = zip(column.names(self._rows), column.numbers(self._rows, index.row()), strict=True)
            return "\n".join(f"{name}: {exact(value) or MISSING}" for name, value in pairs)
        return None

    def tab_separated(self, chosen: list[int]) -> str:
        """These components with a header, in full precision, for a spreadsheet."""
        rows = self._rows
        if rows is None:
            return ""
        titles = ["component", *(name for column in COLUMNS for name in column.names(rows))]
        lines = ["\t".join(titles)]
        for k in chosen:
            numbers = [exact(value) for column in COLUMNS for value in column.numbers(rows, k)]
            lines.append("\t".join([str(k + 1), *numbers]))
        return "\n".join(lines) + "\n"

    def _sign(self, rows: Rows, ink: Ink, k: int, role: int) -> Any:
        trouble = rows.trouble(k)
        if role == Qt.ItemDataRole.DisplayRole:
            return str(k + 1)
        if role == Qt.ItemDataRole.DecorationRole:
            side = round(SWATCH_SIDE * ink.type_scale)
            if trouble is not None:
                return marked_pixmap(k, side, self._ratio, ink.dark, ink.warning)
            return symbol_pixmap(k, side, self._ratio, ink.dark)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"Component {k + 1}" if trouble is None else trouble.message
        return None


def rows_of(snapshot: Snapshot) -> Rows | None:
    """The rows for a snapshot; None before there is a mixture."""
    mixture = snapshot.mixture
    if mixture is None:
        return None
    points = snapshot.document.points
    low, high = points.bounds
    return Rows(
        mixture=mixture,
        counts=counts(snapshot),
        n=points.n,
        spans=tuple((high - low).tolist()),
        names=points.columns,
        events=shown_events(snapshot),
    )


def counts(snapshot: Snapshot) -> FloatArray | None:
    """n_k of the responsibilities on screen; after an M-step they are still those it was made from."""
    states, cursor = snapshot.document.states, snapshot.cursor
    for state in reversed(states[max(cursor - LOOK_BACK, 0) : cursor + 1]):
        if state.stage is Stage.AFTER_E and state.standard is snapshot.source:
            return state.expectation.moments.counts
    return None


def exact(value: float | None) -> str:
    """A number in full precision, nothing for none."""
    return "" if value is None or np.isnan(value) else repr(float(value))
