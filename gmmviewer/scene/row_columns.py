"""Points row by row as a table: what its columns are, their values for some rows, and rows in order.

Nothing is kept per point: values are computed for the rows that are looked at, and for all of them, block by
block, only to sort.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.joint import log_joint, log_sum_exp
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.stopping import ShouldStop, check, never
from gmmviewer.scene.numbers import class_name, subscript

BLOCK = 65_536  # rows between two questions whether to stop: some 10 ms with K = 10


class Kind(Enum):
    """What a column holds."""

    ROW = "row"
    VALUE = "value"
    TRUTH = "truth"
    WEIGHT = "weight"
    LABEL = "label"
    SHARE = "share"
    DENSITY = "density"
    LOG_DENSITY = "log density"
    UNCERTAINTY = "uncertainty"


OF_THE_MODEL = frozenset({Kind.LABEL, Kind.SHARE, Kind.DENSITY, Kind.LOG_DENSITY, Kind.UNCERTAINTY})


@dataclass(frozen=True)
class Column:
    """A column: ``index`` is the axis of a VALUE and the component of a SHARE (K for the noise)."""

    kind: Kind
    title: str
    meaning: str
    index: int = 0

    @property
    def of_the_model(self) -> bool:
        """Whether it changes with the parameters."""
        return self.kind in OF_THE_MODEL


@dataclass(frozen=True, eq=False)
class RowSheet:
    """``points`` and the mixture that judges them, in ``standard`` units (None: no model yet)."""

    points: PointSet
    standard: Mixture | None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns from left to right."""
        points = self.points
        found = [Column(Kind.ROW, "row", "The number of the row, from 1")]
        found += [Column(Kind.VALUE, name, f"Column {name}", i) for i, name in enumerate(points.columns)]
        if points.truth is not None:
            found.append(Column(Kind.TRUTH, "truth", "The class the point comes from, where known"))
        if points.weights is not None:
            found.append(Column(Kind.WEIGHT, "weight", "How often the row counts"))
        return (*found, *self._of_the_model())

    def _of_the_model(self) -> list[Column]:
        if self.standard is None:
            return []
        k = self.standard.n_components
        shares = [
            Column(Kind.SHARE, f"r{subscript(i + 1)}", f"Responsibility of component {i + 1}", i)
            for i in range(k)
        ]
        if self.standard.noise is not None:
            shares.append(Column(Kind.SHARE, "r₀", "Responsibility r₀ of the noise", k))
        return [
            Column(Kind.LABEL, "label", "The most probable component"),
            *shares,
            Column(Kind.UNCERTAINTY, "uncertainty", "1 − the largest responsibility"),
            Column(Kind.DENSITY, "p(x)", "Density of the mixture at the point"),
            Column(Kind.LOG_DENSITY, "log p(x)", "Natural logarithm of the density"),
        ]

    def block(self, rows: IntArray | slice) -> RowBlock:
        """The values of some rows."""
        numbers = np.arange(self.points.n)[rows] if isinstance(rows, slice) else rows
        return RowBlock(self, numbers)


@dataclass(frozen=True, eq=False)
class RowBlock:
    """Rows (m,) of a sheet; what the mixture says about them is computed when it is first asked for."""

    sheet: RowSheet
    rows: IntArray

    def column(self, column: Column) -> FloatArray:
        """The values (m,) of one column; rows and labels count from 0, unknown classes are −1."""
        return np.asarray(self._found(column), dtype=np.float64)

    def _found(self, column: Column) -> ArrayLike:
        points = self.sheet.points
        match column.kind:
            case Kind.ROW:
                return self.rows
            case Kind.VALUE:
                return np.asarray(points.values[self.rows, column.index])
            case Kind.TRUTH:
                return np.full(len(self.rows), -1) if points.truth is None else points.truth[self.rows]
            case Kind.WEIGHT:
                return np.ones(len(self.rows)) if points.weights is None else points.weights[self.rows]
            case Kind.LABEL:
                return self.labels
            case Kind.SHARE:
                return np.asarray(self._shares[column.index])
            case Kind.DENSITY:
                return np.exp(self._log_density)
            case Kind.LOG_DENSITY:
                return self._log_density
        others = self._shares.copy()  # and not 1 − the largest, which loses what is tiny
        others[self.labels, np.arange(len(self.rows))] = 0.0
        return np.asarray(others.sum(axis=0))

    @cached_property
    def labels(self) -> IntArray:
        """The most probable component of each row, of several the first; K is the noise."""
        return np.asarray(self._joint.argmax(axis=0))

    @cached_property
    def _joint(self) -> FloatArray:
        """log π_k N(x_i | θ_k), (K, m), with noise one row more, in standard units."""
        standard = self.sheet.standard
        if standard is None:
            raise ValueError("there is no model yet")
        return log_joint(np.ascontiguousarray(self.sheet.points.sample.columns[:, self.rows]), standard)

    @cached_property
    def _standard_log_density(self) -> FloatArray:
        top, rest = log_sum_exp(self._joint)
        return top + rest

    @property
    def _log_density(self) -> FloatArray:
        return self._standard_log_density - self.sheet.points.units.log_volume(1.0)

    @cached_property
    def _shares(self) -> FloatArray:
        return np.asarray(np.exp(self._joint - self._standard_log_density))


def rows_in_order(
    sheet: RowSheet,
    column: Column,
    descending: bool = False,
    rows: IntArray | None = None,
    should_stop: ShouldStop = never,
) -> NDArray[np.int32]:
    """``rows`` (rising; None: all) in the order of a column, equal ones as they were; (m,).

    Raises ``Cancelled`` when told to stop.
    """
    n = sheet.points.n if rows is None else len(rows)
    keys = np.empty(n)
    for start in range(0, n, BLOCK):
        check(should_stop)
        part = slice(start, min(start + BLOCK, n))
        numbers = np.arange(part.start, part.stop) if rows is None else rows[part]
        keys[part] = sheet.block(numbers).column(column)
    if descending:
        np.negative(keys, out=keys)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    return order if rows is None else rows[order].astype(np.int32)


def tab_separated(sheet: RowSheet, rows: IntArray, should_stop: ShouldStop = never) -> str:
    """Rows with a line of titles above, numbers in full precision, rows and labels from 1.

    Raises ``Cancelled`` when told to stop.
    """
    lines = ["\t".join(column.title for column in sheet.columns)]
    for start in range(0, len(rows), BLOCK // 16):
        check(should_stop)
        block = sheet.block(rows[start : start + BLOCK // 16])
        written = [_written(column, block.column(column)) for column in sheet.columns]
        lines.extend("\t".join(cells) for cells in zip(*written, strict=True))
    return "\n".join(lines) + "\n"


def _written(column: Column, values: FloatArray) -> list[str]:
    if column.kind is Kind.TRUTH:
        return [class_name(int(value)) for value in values.tolist()]
    if column.kind in (Kind.ROW, Kind.LABEL):
        return [str(int(value) + 1) for value in values.tolist()]
    return [repr(value) for value in values.tolist()]
