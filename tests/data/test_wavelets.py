"""The Haar transform against matrices, and its laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gmmviewer.data.wavelets import Wavelets, haar, inverse, most_levels

GREY = st.integers(0, 255 * 16).map(lambda i: i / 16)
images = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=13), elements=GREY)


def flat(wavelets: Wavelets) -> np.ndarray:
    """All coefficients in one row."""
    bands = [band for level in wavelets.details for band in level]
    return np.concatenate([wavelets.approximation.ravel(), *(band.ravel() for band in bands)])


def matrix(n: int) -> np.ndarray:
    """One level of the Haar transform of 2n numbers: n scaled sums over n scaled differences."""
    sums = np.kron(np.eye(n), [1.0, 1.0])
    return np.concatenate([sums, np.kron(np.eye(n), [1.0, -1.0])]) / math.sqrt(2.0)


# ------------------------------------------------------------------------------------------ by hand


def test_four_pixels_by_hand() -> None:
    found = haar([[1, 2], [3, 4]], 1)
    horizontal, vertical, diagonal = found.details[0]
    assert found.approximation.tolist() == [[(1 + 2 + 3 + 4) / 2]]
    assert horizontal.tolist() == [[(1 + 2 - 3 - 4) / 2]]
    assert vertical.tolist() == [[(1 - 2 + 3 - 4) / 2]]
    assert diagonal.tolist() == [[(1 - 2 - 3 + 4) / 2]]


def test_three_pixels_in_a_row_by_hand() -> None:
    found = haar([[1.0, 3.0, 8.0]], 2)
    (_, first, _), (_, second, _) = found.details
    assert first[0] == pytest.approx([-2 / math.sqrt(2)])
    assert second[0] == pytest.approx([(2.0 - 8.0) * math.sqrt(2 * 1 / 3)]), "two pixels against one"
    assert found.approximation[0] == pytest.approx([12 / math.sqrt(3)])


def test_one_level_is_a_matrix_from_either_side() -> None:
    image = np.random.default_rng(1).normal(size=(8, 12))
    product = matrix(4) @ image @ matrix(6).T
    found = haar(image, 1)
    horizontal, vertical, diagonal = found.details[0]
    np.testing.assert_allclose(found.approximation, product[:4, :6], atol=1e-14)
    np.testing.assert_allclose(horizontal, product[4:, :6], atol=1e-14)
    np.testing.assert_allclose(vertical, product[:4, 6:], atol=1e-14)
    np.testing.assert_allclose(diagonal, product[4:, 6:], atol=1e-14)


def test_the_next_level_is_that_of_the_approximation() -> None:
    image = np.random.default_rng(2).normal(size=(16, 8))
    once, twice = haar(image, 1), haar(image, 2)
    again = haar(once.approximation, 1)
    np.testing.assert_allclose(twice.approximation, again.approximation, atol=1e-14)
    for found, wanted in zip(twice.details[1], again.details[0], strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-14)


def test_edges_show_in_the_detail_that_is_called_after_them() -> None:
    below = np.zeros((8, 8))
    below[3:] = 100.0  # the edge is a horizontal line between the partners of a pair
    for image, wanted in ((below, 0), (below.T, 1), (np.indices((8, 8)).sum(axis=0) % 2, 2)):
        energies = [float((band**2).sum()) for band in haar(image, 1).details[0]]
        assert np.flatnonzero(energies).tolist() == [wanted]


# ------------------------------------------------------------------------------------------ laws


@given(images, st.data())
def test_energy_is_preserved_and_the_image_comes_back(image: np.ndarray, data: st.DataObject) -> None:
    levels = data.draw(st.integers(0, most_levels((image.shape[0], image.shape[1]))))
    found = haar(image, levels)
    assert flat(found).size == image.size
    assert (flat(found) ** 2).sum() == pytest.approx((image**2).sum(), rel=1e-13, abs=1e-13)
    np.testing.assert_allclose(inverse(found), image, atol=1e-11)


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (5, 1), (4, 4), (3, 5), (7, 6)])
def test_the_basis_is_orthonormal(shape: tuple[int, int]) -> None:
    size = shape[0] * shape[1]
    rows = [flat(haar(pixel.reshape(shape), most_levels(shape))) for pixel in np.eye(size)]
    np.testing.assert_allclose(np.array(rows) @ np.array(rows).T, np.eye(size), atol=1e-14)


@given(array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40), st.floats(0, 255))
def test_a_constant_image_has_no_detail_at_all(shape: tuple[int, int], grey: float) -> None:
    found = haar(np.full(shape, grey), most_levels(shape))
    assert not any(band.any() for level in found.details for band in level)
    assert found.approximation.item() == pytest.approx(grey * math.sqrt(shape[0] * shape[1]))


def test_whole_grey_values_have_coefficients_in_halves() -> None:
    image = np.random.default_rng(3).integers(0, 256, (20, 30))
    for band in haar(image, 1).details[0]:
        assert np.array_equal(2 * band, np.rint(2 * band)), "so that equal pixels stay equal coefficients"


@pytest.mark.parametrize(
    ("shape", "levels"), [((1, 1), 0), ((1, 2), 1), ((2, 2), 1), ((3, 1), 2), ((256, 256), 8), ((5, 257), 9)]
)
def test_an_image_has_as_many_levels_as_it_can_be_halved(shape: tuple[int, int], levels: int) -> None:
    assert most_levels(shape) == levels
    assert haar(np.ones(shape), levels).approximation.shape == (1, 1)
    with pytest.raises(ValueError, match=f"has {levels} levels"):
        haar(np.ones(shape), levels + 1)


@pytest.mark.parametrize("image", [np.ones(3), np.ones((2, 2, 3)), np.ones((0, 4)), 5.0])
def test_what_is_no_image_is_refused(image: object) -> None:
    with pytest.raises(ValueError, match="has the shape"):
        haar(image, 1)


def test_what_comes_out_is_frozen() -> None:
    found = haar(np.ones((4, 4)), 2)
    assert not found.approximation.flags.writeable
    assert not any(band.flags.writeable for level in found.details for band in level)
    assert found.n_levels == 2
