"""A frozen table of numbers with named columns, from which one or two become points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmmviewer.data.errors import DataError, quoted
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray

MANY_COLUMNS = 12  # an error lists no more column names than this


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of numbers as they stood in a file.

    ``name`` of the file or object; ``columns`` (n_cols,) names; ``values`` (n_rows, n_cols), NaN where a
    value is missing or is text; ``numeric`` (n_cols,) which columns hold numbers; ``notes`` what reading
    left out or assumed; ``lines`` (n_rows,) the 1-based line of each row, None where there are no lines.
    """

    name: str
    columns: tuple[str, ...]
    values: FloatArray
    numeric: tuple[bool, ...]
    notes: tuple[str, ...] = ()
    lines: IntArray | None = None

    @property
    def n_rows(self) -> int:
        """The number of rows, those with missing values included."""
        return len(self.values)

    def default_columns(self) -> tuple[int, ...]:
        """The first two numeric columns, or the only one; ``DataError`` when there is none."""
        chosen = tuple(i for i, numeric in enumerate(self.numeric) if numeric)[:2]
        if not chosen:
            raise DataError("no numeric rows; a table needs at least one column of numbers", self.name)
        return chosen

    def resolve(self, spec: str) -> tuple[int, ...]:
        """The columns a person typed: one or two names or 0-based numbers, as in ``"x,y"`` or ``"0,3"``.

        A name wins over a number, and the whole text may be one name that holds a comma.
        Raises ``DataError`` that lists the columns.
        """
        whole = self._named(spec)
        if whole is not None:
            return (self._checked(whole),)
        for cut in _cuts(spec):
            found = [self._one(part) for part in cut]
            indices = tuple(i for i in found if i is not None)
            if len(indices) == len(found):
                return tuple(self._checked(i) for i in indices)
        parts = [part.strip() for part in spec.split(",")]
        if len(parts) > 2:
            raise DataError(f"{quoted(spec)} names {len(parts)} columns; choose one or two", self.name)
        unknown = next(part for part in parts if self._one(part) is None)
        raise DataError(f"there is no column {quoted(unknown)}; {self._choices()}", self.name)

    def complete_rows(self, columns: tuple[int, ...]) -> BoolArray:
        """Which rows (n_rows,) have a value in all of these columns: those that become points."""
        complete = np.ones(self.n_rows, dtype=bool)
        for column in columns:  # one by one: 10⁶ rows take 2 ms, and 40 in one go
            complete &= ~np.isnan(self.values[:, column])
        return complete

    def points(
        self,
        columns: tuple[int, ...] | None = None,
        name: str | None = None,
        weights: int | None = None,
    ) -> PointSet:
        """The chosen columns (by default the first two numeric ones) as points, without incomplete rows.

        ``weights``: the column that says how often each row counts. Raises ``DataError`` for an infinite
        value or a weight that is none (with its line) and when no complete row is left.
        """
        chosen = self.default_columns() if columns is None else columns
        if not 1 <= len(chosen) <= 2:
            raise DataError(f"{len(chosen)} columns chosen; choose one or two", self.name)
        values = self.values[:, [self._checked(i) for i in chosen]]
        self._refuse_infinite(values, chosen)
        complete = self.complete_rows(chosen)
        if not complete.any():
            raise DataError(f"no numeric rows in {self._listed(chosen)}", self.name)
        if not complete.all():
            values = values[complete]
        labels = tuple(self.columns[i] for i in chosen)
        notes, counted, by = self._notes(chosen, complete), None, ""
        if weights is not None:
            counted, by = self._row_weights(weights, complete), self.columns[weights]
            notes = (*notes, f"rows count by {quoted(by)}: N = {counted.sum():g}")
        try:
            return PointSet.of(values, labels, name or self.name, None, notes, counted, by)
        except ValueError as error:
            raise DataError(str(error), self.name) from error

    def _row_weights(self, column: int, rows: BoolArray) -> FloatArray:
        """The weights of the rows that are points; ``DataError`` names the first row that has none."""
        values = self.values[:, self._checked(column)]
        for row in np.flatnonzero(rows & ~((values >= 0) & np.isfinite(values))).tolist():
            value = values[row]
            what = "no weight" if np.isnan(value) else f"the weight {value:g}"
            line = None if self.lines is None else int(self.lines[row])
            where = "" if line is not None else f"row {row + 1}: "
            raise DataError(
                f"{where}{what} in column {quoted(self.columns[column])}; weights are numbers from 0 up",
                self.name,
                line,
            )
        if not values[rows].any():
            raise DataError(f"all weights in column {quoted(self.columns[column])} are 0", self.name)
        return np.asarray(values[rows])

    def _notes(self, chosen: tuple[int, ...], complete: BoolArray) -> tuple[str, ...]:
        """What a person should know about the points in these columns, of which some rows are complete."""
        dropped = self.n_rows - int(complete.sum())
        if not dropped:
            return self.notes
        text = f"{dropped} of {self.n_rows} rows left out: no value in {self._listed(chosen)}"
        return (*self.notes, text)

    def _refuse_infinite(self, values: FloatArray, chosen: tuple[int, ...]) -> None:
        infinite = np.isinf(values)
        if not infinite.any():
            return
        row, column = (int(i) for i in np.argwhere(infinite)[0])
        label = self.columns[chosen[column]]
        where = "" if self.lines is not None else f"row {row + 1}: "
        raise DataError(
            f"{where}{values[row, column]} is not a finite number (column {quoted(label)}); "
            "correct or delete this row (a number above 1.8e308 counts as infinite)",
            self.name,
            None if self.lines is None else int(self.lines[row]),
        )

    def _named(self, text: str) -> int | None:
        for wanted in (text, text.strip()):
            if wanted in self.columns:
                return self.columns.index(wanted)
        return None

    def _one(self, text: str) -> int | None:
        """The index of a column by its name or its 0-based number, None if there is no such column."""
        index = self._named(text)
        if index is not None:
            return index
        digits = text.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) < len(self.columns):
            return int(digits)
        return None

    def _checked(self, index: int) -> int:
        if not 0 <= index < len(self.columns):
            raise DataError(f"there is no column {index}; {self._choices()}", self.name)
        if not self.numeric[index]:
            label = quoted(self.columns[index])
            raise DataError(f"column {label} holds text, not numbers; {self._choices()}", self.name)
        return index

    def _listed(self, chosen: tuple[int, ...]) -> str:
        return " or ".join(quoted(self.columns[i]) for i in chosen)

    def _choices(self) -> str:
        names = [f"{i} {quoted(c)}" for i, c in enumerate(self.columns) if self.numeric[i]]
        more = f" and {len(names) - MANY_COLUMNS} more" if len(names) > MANY_COLUMNS else ""
        return f"the numeric columns are {', '.join(names[:MANY_COLUMNS])}{more}"


def _cuts(spec: str) -> list[tuple[str, str] | tuple[str]]:
    """The whole text, then every way to cut it in two at a comma."""
    commas = [i for i, c in enumerate(spec) if c == ","]
    return [(spec,), *((spec[:i], spec[i + 1 :]) for i in commas)]
