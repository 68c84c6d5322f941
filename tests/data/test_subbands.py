"""The sub-bands of an image as columns: names, places, and what lies at the same place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.data.errors import DataError
from gmmviewer.data.leaves import leaves, leaves_table
from gmmviewer.data.subbands import DEEPEST, SubbandTable, kurtosis, subband_table
from gmmviewer.data.wavelets import haar, inverse

IMAGE = np.random.default_rng(4).uniform(0.0, 255.0, (22, 35))


@pytest.fixture
def table() -> SubbandTable:
    """An image of odd width."""
    return subband_table(IMAGE, "photo.png", ("35 × 22 pixels",))


def band(table: SubbandTable, name: str) -> int:
    (index,) = table.resolve(name)
    return index


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("horizontal1", "horizontal detail, level 1"),
        ("LH1", "horizontal detail, level 1"),
        ("hl2", "vertical detail, level 2"),
        (" Diagonal 3 ", "diagonal detail, level 3"),
        ("hh1", "diagonal detail, level 1"),
        ("vertical detail, level 2", "vertical detail, level 2"),
        ("0", "horizontal detail, level 1"),
        ("5", "diagonal detail, level 2"),
    ],
)
def test_sub_bands_have_the_names_people_know(table: SubbandTable, typed: str, title: str) -> None:
    assert table.points(table.resolve(typed)).columns == (title,)


@pytest.mark.parametrize(
    "typed",
    ["LH1,HL1", "horizontal1, vertical1", "horizontal detail, level 1,vertical detail, level 1", "0,1"],
)
def test_two_names_make_pairs(table: SubbandTable, typed: str) -> None:
    points = table.points(table.resolve(typed))
    assert points.columns == ("horizontal detail, level 1", "vertical detail, level 1")
    horizontal, vertical, _ = haar(IMAGE, 1).details[0]
    wanted = np.stack([horizontal[:, :17].ravel(), vertical[:11].ravel()], axis=1)
    assert np.array_equal(points.values, wanted), "places that have both, row by row"


def test_a_wrong_name_lists_the_right_ones(table: SubbandTable) -> None:
    with pytest.raises(
        DataError, match=r"photo\.png: there is no column 'LL1'; .*horizontal1 \(LH1\).* level 5"
    ):
        table.resolve("LL1")


def test_one_sub_band_is_shown_first_and_every_coefficient_of_it(table: SubbandTable) -> None:
    points = table.points()
    horizontal = haar(IMAGE, 1).details[0][0]
    assert (points.name, points.truth, points.notes) == ("photo.png", None, ("35 × 22 pixels",))
    assert np.array_equal(points.values[:, 0], horizontal.ravel())
    assert table.n_rows == 11 * 18, "places of level 1"


@given(st.integers(1, 40), st.integers(1, 40))
def test_columns_hold_the_transform_and_nothing_else(height: int, width: int) -> None:
    if height * width == 1:
        return
    image = np.random.default_rng(height * 41 + width).uniform(0.0, 255.0, (height, width))
    table = subband_table(image, "image")
    levels = table.subbands[-1].level
    assert levels <= DEEPEST
    bands = {(b.kind.name, b.level): table.coefficients(i) for i, b in enumerate(table.subbands)}
    found = haar(image, levels)
    for level, wanted in enumerate(found.details, start=1):
        for name, values in zip(("horizontal", "vertical", "diagonal"), wanted, strict=True):
            there = bands.pop((name, level), np.empty((0, 0)))
            assert np.array_equal(there.ravel(), values.ravel())
            assert there.size == 0 or there.shape == values.shape
    assert not bands
    assert np.isfinite(table.values).sum() == sum(b.size for level in found.details for b in level)


def test_a_parent_is_paired_with_its_first_child(table: SubbandTable) -> None:
    pairs = table.points(table.resolve("vertical1,vertical2")).values
    children, parents = (haar(IMAGE, 2).details[level][1] for level in (0, 1))
    rows, columns = parents.shape
    assert np.array_equal(pairs[:, 1], parents.ravel())
    assert np.array_equal(pairs[:, 0], children[: 2 * rows : 2, : 2 * columns : 2].ravel())


def test_a_line_of_pixels_has_detail_along_it_only() -> None:
    row, column = subband_table(IMAGE[:1], "row"), subband_table(IMAGE[:, :1], "column")
    assert {b.kind.letters for b in row.subbands} == {"HL"}
    assert {b.kind.letters for b in column.subbands} == {"LH"}
    assert row.points().n == 17
    with pytest.raises(DataError, match="there is no column 'LH1'"):
        row.resolve("LH1")


def test_one_pixel_has_no_neighbour() -> None:
    with pytest.raises(DataError, match="dot: has a single pixel"):
        subband_table(np.ones((1, 1)), "dot")


def test_flat_areas_are_told() -> None:
    half = IMAGE.copy()
    half[:, :20] = 7.0
    assert any("exactly 0: flat areas" in note for note in subband_table(half, "half").points().notes)
    flat = subband_table(np.full((8, 8), 7.0), "flat").points()
    assert flat.notes == ("100% of the coefficients are exactly 0: flat areas of the image",)
    assert not flat.values.any()


def test_names_of_another_image_are_known_where_it_has_them(table: SubbandTable) -> None:
    small = subband_table(IMAGE[:4, :4], "small")
    deep = tuple(table.columns[band(table, name)] for name in ("LH1", "LH4"))
    assert table.known(deep) == (band(table, "LH1"), band(table, "LH4"))
    assert small.known(deep) == (0,)
    assert small.known(("x", "y")) == small.default_columns() == (0,)


def test_kurtosis_of_known_distributions() -> None:
    assert kurtosis(np.array([-1.0, 1.0])) == 1.0
    assert kurtosis(np.array([-1.0, 0.0, 0.0, 1.0]) + 5.0) == pytest.approx(2.0)
    assert kurtosis(np.random.default_rng(0).normal(size=100_000)) == pytest.approx(3.0, abs=0.1)
    assert np.isnan(kurtosis(np.ones(4)))


# ------------------------------------------------------------------------------------------ leaves


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_leaves_have_the_statistics_of_a_photograph(seed: int) -> None:
    image, table = leaves(seed), leaves_table(seed)
    assert image.shape == table.pixels == (256, 256)
    assert image.min() >= 0.0
    assert image.max() <= 255.0
    spreads = []
    for level in (1, 2, 3):
        column = table.points(table.resolve(f"HL{level}")).values[:, 0]
        assert kurtosis(column) > 4.0, "heavy tails at every scale"
        spreads.append(column.std())
    assert kurtosis(table.points().values[:, 0]) > 10.0
    growth = np.diff(np.log2(spreads))
    assert ((growth > 0.5) & (growth < 1.6)).all(), "power falls like 1/frequency²: twice per level"
    pairs = table.points(table.resolve("LH1,HL1")).values
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.15
    assert np.corrcoef(np.log(np.abs(pairs.T) + 1.0))[0, 1] > 0.3, "large where the other is large"


def test_the_same_seed_gives_the_same_leaves() -> None:
    assert np.array_equal(leaves(5, 64), leaves(5, 64))
    assert not np.array_equal(leaves(5, 64), leaves(6, 64))
    assert np.abs(inverse(haar(leaves(5, 64), 3)) - leaves(5, 64)).max() < 1e-11
