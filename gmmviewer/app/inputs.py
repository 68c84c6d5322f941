"""What the command line reads: points and their weights, where to start, what is locked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gmmviewer.app.cli import UsageError
from gmmviewer.data.errors import DataError
from gmmviewer.data.points import PointSet
from gmmviewer.data.readers import read_table
from gmmviewer.data.table import Table
from gmmviewer.mixture.arrays import BoolArray, FloatArray, IntArray
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import STARTS, Start

DEFAULT_K = 2
DEFAULT_SEED = 1
LARGEST_LABEL = 2**53  # what a float64 holds exactly
LOCKS = ("weights", "means", "covariances")


@dataclass(frozen=True, eq=False)
class Inputs:
    """A table and the ``columns`` of it that are ``points``."""

    table: Table
    columns: tuple[int, ...]
    points: PointSet

    @property
    def sample(self) -> Sample:
        """The points as the mixture core wants them, with their row weights."""
        return self.points.sample

    @property
    def complete_rows(self) -> BoolArray:
        """Which rows of the table (n_rows,) are points."""
        return self.table.complete_rows(self.columns)


@contextmanager
def mistakes_told(file: str) -> Iterator[None]:
    """Every mistake in what was asked for, in the data or with files becomes a ``UsageError`` of one line.

    ``file``: what to name where a fault does not say which file it was.
    """
    try:
        yield
    except (DataError, ValueError) as mistake:
        raise UsageError(str(mistake)) from mistake
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise UsageError(f"{fault.filename or file}: {fault.strerror or fault}") from fault


def read_inputs(options: argparse.Namespace) -> Inputs:
    """The points that ``file``, ``columns`` and ``weights`` name; ``DataError`` for what there is not."""
    table = read_table(Path(options.file))
    weights = None if options.weights is None else _weights_column(table, options.weights)
    columns = _point_columns(table, options.columns, weights)
    return Inputs(table, columns, table.points(columns, table.name, weights))


def read_start(options: argparse.Namespace, inputs: Inputs) -> tuple[Start, int]:
    """The start and K, which some starts say themselves. ``ValueError`` with advice."""
    kind, _, name = options.start.partition(":")
    if kind == "labels" and name:
        labels = _read_labels(Path(name), inputs)
        return labels, options.k or len(np.unique(labels))
    if kind == "parameters" and name:
        mixture = _read_parameters(Path(name), inputs.points.d)
        return mixture, options.k or mixture.n_components
    names = [start.name for start in STARTS]
    if options.start not in names:
        raise ValueError(
            f"unknown start '{options.start}'; "
            f"use one of {', '.join(names)}, labels:FILE or parameters:FILE.json"
        )
    return options.start, options.k or DEFAULT_K


def read_constraints(options: argparse.Namespace, k: int) -> Constraints:
    """Locks and ties. ``ValueError`` with advice for a lock that names what is not there."""
    locked: dict[str, set[int]] = {kind: set() for kind in LOCKS}
    for text in options.lock:
        kinds, components = _read_lock(text, k)
        for kind in kinds:
            locked[kind] |= components
    weights, means, covariances = (frozenset(locked[kind]) for kind in LOCKS)
    return Constraints(weights, means, covariances, options.shared_mean, options.equal_weights)


def read_fixed_mean(text: str | None, d: int) -> FloatArray | None:
    """The coordinates of ``--fixed-mean``, (d,), in data units."""
    if text is None:
        return None
    try:
        place = np.array([float(part) for part in text.split(",")])
    except ValueError as fault:
        raise ValueError(f"--fixed-mean {text}: write one number per column, as in 0 or 0,0") from fault
    if len(place) != d:
        raise ValueError(f"--fixed-mean {text} has {len(place)} coordinate(s), the points have {d}")
    return place


def _read_lock(text: str, k: int) -> tuple[tuple[str, ...], set[int]]:
    """The parameters and the components that one ``--lock`` names."""
    kind, colon, numbers = text.partition(":")
    named = tuple(name for name in LOCKS if kind.strip().lower() in (name, name.removesuffix("s")))
    kinds = LOCKS if kind.strip().lower() == "all" else named
    if not kinds:
        raise ValueError(f"--lock {text}: lock weights, means, covariances or all, as in means:0,2")
    if not colon:
        return kinds, set(range(k))
    parts = [part.strip() for part in numbers.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise ValueError(f"--lock {text}: name components by numbers from 0, as in means:0,2")
    components = {int(part) for part in parts}
    if max(components) >= k:
        raise ValueError(f"--lock {text}: there is no component {max(components)}; they are 0 to {k - 1}")
    return kinds, components


def _weights_column(table: Table, spec: str) -> int:
    columns = table.resolve(spec)
    if len(columns) != 1:
        raise DataError(f"--weights {spec} names {len(columns)} columns; weights are one", table.name)
    return columns[0]


def _point_columns(table: Table, spec: str | None, weights: int | None) -> tuple[int, ...]:
    """The columns that are typed, or the first two numeric ones that are not the weights."""
    if spec is None:
        numeric = (i for i, is_numeric in enumerate(table.numeric) if is_numeric and i != weights)
        return tuple(numeric)[:2] or table.default_columns()
    columns = table.resolve(spec)
    if weights in columns:
        raise DataError(f"column '{table.columns[weights or 0]}' cannot be data and weights", table.name)
    return columns


def _read_labels(path: Path, inputs: Inputs) -> IntArray:
    """One integer per row of the data; rows that the fit leaves out may be there or not."""
    labels = read_table(path).values
    if labels.ndim != 2 or labels.shape[1] != 1:
        raise ValueError(f"{path.name}: expected one column of labels, found {labels.shape[1]}")
    flat = labels[:, 0]
    kept = inputs.complete_rows
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
    noise = _read_noise(content.get("noise"), path.name)
    try:
        mixture = Mixture(weights, means, covariances, noise)
    except ValueError as fault:
        raise ValueError(f"{path.name}: {fault}") from fault
    if mixture.n_dimensions != d:
        found = mixture.n_dimensions
        raise ValueError(f"{path.name} holds a mixture in {found} dimension(s), the points have {d}")
    return mixture


def _read_noise(content: Any, name: str) -> Noise | None:
    """The weight of the noise; its density follows from the points."""
    if content is None:
        return None
    weight = content.get("weight") if isinstance(content, dict) else None
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0.0 <= weight <= 1.0:
        raise ValueError(f"{name}: noise must be null or an object with a weight between 0 and 1")
    return Noise(float(weight), 0.0)


def _numbers(value: Any, name: str) -> FloatArray:
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as fault:
        raise ValueError(f"{name} must be numbers in lists of equal length") from fault
