"""``gmmviewer fit``: numbers without a window, and without Qt unless a picture is asked for."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gmmviewer.app.cli import UsageError, say
from gmmviewer.app.fit_report import as_json, summary
from gmmviewer.data.errors import DataError
from gmmviewer.data.readers import read_table
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.fitting import Trace, fit
from gmmviewer.mixture.families import CovarianceFamily, family
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.starts import STARTS, Start

if TYPE_CHECKING:
    from gmmviewer.data.points import PointSet

DEFAULT_K = 2
DEFAULT_SEED = 1
LARGEST_LABEL = 2**53  # what a float64 holds exactly


def run_fit(options: argparse.Namespace) -> int:
    """Fit as the options say and write what they ask for. Raises ``UsageError`` for every mistake."""
    try:
        _check_image_name(options.image)
        table = read_table(Path(options.file))
        columns = table.default_columns() if options.columns is None else table.resolve(options.columns)
        points = table.points(columns, table.name)
        start, k = _start(options, table, columns)
        seed = DEFAULT_SEED if options.seed is None else options.seed
        chosen = family(options.covariance or "full", points.d)
        trace = fit(
            points.sample,
            k,
            covariance=chosen,
            start=start,
            seed=seed,
            max_iterations=options.max_iter,
            tolerance=options.tol,
        )
        _write(options, points, trace, chosen, table.complete_rows(columns))
    except (DataError, ValueError) as mistake:
        raise UsageError(str(mistake)) from mistake
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise UsageError(f"{fault.filename or options.file}: {fault.strerror or fault}") from fault
    return 0


def _write(
    options: argparse.Namespace, points: PointSet, trace: Trace, chosen: CovarianceFamily, rows: BoolArray
) -> None:
    name = options.covariance or (chosen.names[0] if chosen.names else chosen.letters)
    if options.json:
        text = as_json(trace, name)
        if options.json == "-":
            say(text)
        else:
            _write_text(options.json, text)
    if options.labels:
        labels = _labels_of_rows(rows, points, trace).tolist()
        _write_text(options.labels, "\n".join(map(str, labels)) + "\n")
    if options.image:
        from gmmviewer.app.picture import save_fit

        save_fit(Path(options.image), points, trace)
    if options.json != "-":
        say(summary(trace, points, name) + "".join(f"{note}\n" for note in points.notes))


def _start(options: argparse.Namespace, table: Table, columns: tuple[int, ...]) -> tuple[Start, int | None]:
    """The start, and K where the start does not say it."""
    kind, _, name = options.start.partition(":")
    if kind == "labels" and name:
        return _read_labels(Path(name), table, columns), options.k
    if kind == "parameters" and name:
        return _read_parameters(Path(name), len(columns)), options.k
    names = [start.name for start in STARTS]
    if options.start not in names:
        raise ValueError(
            f"unknown start '{options.start}'; "
            f"use one of {', '.join(names)}, labels:FILE or parameters:FILE.json"
        )
    return options.start, options.k or DEFAULT_K


def _read_labels(path: Path, table: Table, columns: tuple[int, ...]) -> IntArray:
    """One integer per row of the data; rows that the fit leaves out may be there or not."""
    labels = read_table(path).values
    if labels.ndim != 2 or labels.shape[1] != 1:
        raise ValueError(f"{path.name}: expected one column of labels, found {labels.shape[1]}")
    flat = labels[:, 0]
    kept = table.complete_rows(columns)
    if len(flat) == len(kept):
        flat = flat[kept]
    if not (np.array_equal(flat, np.round(flat)) and (np.abs(flat) <= LARGEST_LABEL).all()):
        raise ValueError(f"{path.name}: labels must be whole numbers, one per row")
    return flat.astype(np.int64)


def _read_parameters(path: Path, d: int) -> Mixture:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"{path.name} is not JSON: {fault}") from fault
    keys = ("weights", "means", "covariances")
    if not isinstance(content, dict) or not content.keys() >= set(keys):
        raise ValueError(f"{path.name} must be an object with weights, means and covariances")
    weights, means, covariances = (_numbers(content[key], f"{path.name}: {key}") for key in keys)
    try:
        mixture = Mixture(weights, means, covariances)
    except ValueError as fault:
        raise ValueError(f"{path.name}: {fault}") from fault
    if mixture.n_dimensions != d:
        found = mixture.n_dimensions
        raise ValueError(f"{path.name} holds a mixture in {found} dimension(s), the points have {d}")
    return mixture


def _numbers(value: Any, name: str) -> FloatArray:
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as fault:
        raise ValueError(f"{name} must be numbers in lists of equal length") from fault


def _labels_of_rows(rows: BoolArray, points: PointSet, trace: Trace) -> IntArray:
    """A label for every row of the file; −1 where a row had a missing value."""
    labels = np.full(len(rows), -1, dtype=np.int64)
    labels[rows] = hard_labels(points.sample.columns, trace[-1].standard)
    return labels


def _write_text(name: str, text: str) -> None:
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as fault:  # a full disk does not say which file it was
        raise UsageError(f"{name}: {fault.strerror or fault}") from fault


def _check_image_name(name: str | None) -> None:
    if name and Path(name).suffix.lower() not in (".png", ".svg"):
        raise ValueError(f"--image {name}: the name must end in .png or .svg")
