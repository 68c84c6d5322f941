"""The table of points: every value against the core, every order against sorting by hand."""

from __future__ import annotations

import csv
import io
from itertools import count

import numpy as np
import pytest

from gmmviewer.data.points import PointSet
from gmmviewer.mixture import Mixture, log_density, responsibilities
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.row_columns import BLOCK, Column, Kind, RowSheet, rows_in_order, tab_separated


def mixture(noise: bool = False) -> Mixture:
    """Two components, far from the origin as data often are."""
    means, covariances = [[1001.0, 5.0], [1003.0, 6.0]], [[[1, 0.5], [0.5, 2]], [[0.2, 0], [0, 0.1]]]
    if noise:
        return Mixture([0.3, 0.6], means, covariances, Noise(0.1, -4.0))
    return Mixture([0.3, 0.7], means, covariances)


def sheet(n: int = 300, noise: bool = False, rounded: bool = False) -> RowSheet:
    """Points with classes and weights under a mixture."""
    generator = np.random.default_rng(n)
    values = generator.normal([1002.0, 5.5], size=(n, 2))
    points = PointSet.of(
        np.round(values) if rounded else values,
        ("length", "width"),
        truth=np.arange(n) % 3 - 1,
        weights=1.0 + np.arange(n) % 2,
    )
    return RowSheet(points, points.units.standardise_mixture(mixture(noise)))


def column(of: RowSheet, kind: Kind, index: int = 0) -> Column:
    """The column of this kind."""
    return next(found for found in of.columns if found.kind is kind and found.index == index)


@pytest.mark.parametrize("noise", [False, True])
def test_every_value_is_that_of_the_core(noise: bool) -> None:
    table, rows = sheet(noise=noise), np.array([0, 5, 6, 299, 17])
    block, chosen = table.block(rows), table.points.values[rows]
    shares = responsibilities(chosen, mixture(noise))
    density = log_density(chosen, mixture(noise))
    for k in range(shares.shape[1]):
        np.testing.assert_allclose(block.column(column(table, Kind.SHARE, k)), shares[:, k], atol=1e-12)
    found = block.column(column(table, Kind.LOG_DENSITY))
    np.testing.assert_allclose(found, density, rtol=1e-12)
    np.testing.assert_allclose(block.column(column(table, Kind.DENSITY)), np.exp(density), rtol=1e-11)
    np.testing.assert_array_equal(block.column(column(table, Kind.LABEL)), shares.argmax(axis=1))
    np.testing.assert_allclose(
        block.column(column(table, Kind.UNCERTAINTY)), 1 - shares.max(axis=1), atol=1e-12
    )
    np.testing.assert_array_equal(block.column(column(table, Kind.VALUE, 1)), chosen[:, 1])
    np.testing.assert_array_equal(block.column(column(table, Kind.ROW)), rows)
    np.testing.assert_array_equal(block.column(column(table, Kind.TRUTH)), rows % 3 - 1)
    np.testing.assert_array_equal(block.column(column(table, Kind.WEIGHT)), 1 + rows % 2)


def test_there_are_columns_for_what_is_known() -> None:
    plain = PointSet.of([[1.0], [2.0]], ("time",))
    assert [c.title for c in RowSheet(plain, None).columns] == ["row", "time"]
    titles = [c.title for c in sheet(noise=True).columns]
    assert titles[:5] == ["row", "length", "width", "truth", "weight"]
    assert titles[5:] == ["label", "r₁", "r₂", "r₀", "uncertainty", "p(x)", "log p(x)"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("subset", [False, True])
@pytest.mark.parametrize("rounded", [False, True])
def test_rows_come_in_the_order_of_any_column(descending: bool, subset: bool, rounded: bool) -> None:
    table = sheet(rounded=rounded)
    rows = np.arange(1, 300, 3) if subset else None
    numbers = np.arange(300) if rows is None else rows
    for chosen in table.columns:
        values = table.block(numbers).column(chosen)
        by_hand = sorted(
            range(len(numbers)), key=lambda i: (-values[i] if descending else values[i], numbers[i])
        )
        found = rows_in_order(table, chosen, descending, rows)
        np.testing.assert_array_equal(found, numbers[by_hand])


def test_order_does_not_depend_on_blocks() -> None:
    table = sheet(BLOCK + 1000)
    chosen = column(table, Kind.UNCERTAINTY)
    values = table.block(np.arange(table.points.n)).column(chosen)
    order = rows_in_order(table, chosen, descending=True)
    assert order.nbytes == 4 * table.points.n
    assert (np.diff(values[order]) <= 0).all()


def test_tiny_uncertainties_are_told_apart() -> None:
    points = PointSet.of([[998.0, 5.0], [999.0, 5.0], [1000.5, 5.0], [1004.0, 6.0]])
    table = RowSheet(points, points.units.standardise_mixture(mixture()))
    values = table.block(np.arange(3)).column(column(table, Kind.UNCERTAINTY))
    assert ((values > 0) & (values < 1e-16)).any()
    assert len(set(values.tolist())) == 3


def test_sorting_and_copying_can_be_broken_off() -> None:
    table, asked = sheet(2 * BLOCK), count()
    with pytest.raises(Cancelled):
        rows_in_order(table, column(table, Kind.DENSITY), should_stop=lambda: next(asked) == 1)
    with pytest.raises(Cancelled):
        tab_separated(table, np.arange(100), lambda: True)


def test_copied_rows_have_titles_and_every_digit() -> None:
    table, rows = sheet(noise=True), np.array([2, 4, 250])
    copied = list(csv.DictReader(io.StringIO(tab_separated(table, rows)), delimiter="\t"))
    shares = responsibilities(table.points.values[rows], mixture(noise=True))
    assert [int(row["row"]) for row in copied] == [3, 5, 251]
    assert [row["truth"] for row in copied] == ["B", "A", "A"]
    for row, number, share in zip(copied, rows, shares, strict=True):
        assert [float(row["length"]), float(row["width"])] == table.points.values[number].tolist()
        np.testing.assert_allclose([float(row[name]) for name in ("r₁", "r₂", "r₀")], share, atol=1e-12)
        assert int(row["label"]) == share.argmax() + 1
