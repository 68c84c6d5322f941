"""Sorts and copies rows of large tables off the GUI thread; whatever was asked last is what gets done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from gmmviewer.mixture.arrays import IntArray
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.row_columns import Column, RowSheet, rows_in_order, tab_separated
from gmmviewer.work.latest import LatestWins
from gmmviewer.work.thread import Report, ShouldStop


@dataclass(frozen=True, eq=False)
class SortRequest:
    """Which ``rows`` (rising, None: all) of a sheet to put in the order of a column."""

    sheet: RowSheet
    column: Column
    descending: bool = False
    rows: IntArray | None = None


@dataclass(frozen=True, eq=False)
class CopyRequest:
    """Which rows of a sheet to write as text."""

    sheet: RowSheet
    rows: IntArray


@dataclass(frozen=True, eq=False)
class Sorted:
    """The answer: rows in order (m,), None where it was given up."""

    request: SortRequest
    order: NDArray[np.int32] | None


@dataclass(frozen=True, eq=False)
class Copied:
    """The answer: a text, None where it was given up."""

    request: CopyRequest
    text: str | None


def serve(request: SortRequest | CopyRequest, should_stop: ShouldStop, _report: Report) -> Sorted | Copied:
    """Do what is asked for."""
    if isinstance(request, CopyRequest):
        return _copied(request, should_stop)
    try:
        order = rows_in_order(request.sheet, request.column, request.descending, request.rows, should_stop)
    except Cancelled:
        return Sorted(request, None)
    return Sorted(request, order)


def _copied(request: CopyRequest, should_stop: ShouldStop) -> Copied:
    try:
        return Copied(request, tab_separated(request.sheet, request.rows, should_stop))
    except Cancelled:
        return Copied(request, None)


class Sorter(LatestWins):
    """``want(request)``; ``answered(Sorted | Copied | Crash)`` comes back in the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(serve, "sorting", parent)
