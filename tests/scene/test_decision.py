"""Boundaries between components in the plane: exact, complete, and nothing but boundaries."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from gmmviewer.mixture import Mixture
from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.registry import families
from gmmviewer.mixture.parameters import Noise
from gmmviewer.mixture.stopping import Cancelled
from gmmviewer.scene.decision import Boundary, boundaries
from gmmviewer.scene.noise import Box
from tests.mixture.family_members import member, n_coordinates
from tests.mixture.random_mixtures import random_mixture

X, Y = (-9.0, 9.0), (-8.0, 8.0)
BOX: Box = ((-7.0, 6.0), (-6.5, 7.5))
DECOMPOSITIONS = sorted({family.decomposition for family in families(2) if not family.shared_mean})


def heights(places: FloatArray, mixture: Mixture, box: Box | None = None) -> FloatArray:
    """log π_k N(x_i | θ_k), (n, rows), in extended precision and by the inverse of the covariance."""
    columns = []
    for weight, mean, sigma in zip(mixture.weights, mixture.means, mixture.covariances, strict=True):
        a, b, c = (np.longdouble(sigma[i, j]) for i, j in ((0, 0), (1, 1), (0, 1)))
        x, y = places.astype(np.longdouble).T - mean.astype(np.longdouble)[:, None]
        determinant = a * b - c * c
        square = (b * x * x - 2 * c * x * y + a * y * y) / determinant
        with np.errstate(divide="ignore"):
            log_weight = np.log(np.longdouble(weight))
        columns.append(log_weight - np.log(determinant) / 2 - square / 2 - np.log(2 * np.longdouble(np.pi)))
    if mixture.noise is not None:
        flat = np.full(len(places), mixture.log_noise, dtype=np.longdouble)
        if box is not None:
            low, high = np.array(box).T
            flat[((places < low) | (places > high)).any(axis=1)] = -np.inf
        columns.append(flat)
    return np.column_stack(columns)


def posteriors(places: FloatArray, mixture: Mixture, box: Box | None = None) -> FloatArray:
    logs = heights(places, mixture, box)
    shares = np.exp(logs - logs.max(axis=1)[:, None])
    return shares / shares.sum(axis=1)[:, None]


def winners(places: FloatArray, mixture: Mixture, box: Box | None = None) -> FloatArray:
    return heights(places, mixture, box).argmax(axis=1)


def assert_exact(found: tuple[Boundary, ...], mixture: Mixture, box: Box | None = None) -> None:
    """Both are equally responsible at every vertex, and nobody more than they."""
    for boundary in found:
        assert boundary.first < boundary.second
        r = posteriors(boundary.line, mixture, box)
        assert np.abs(r[:, boundary.first] - r[:, boundary.second]).max() < 1e-9
        assert (r.max(axis=1) - r[:, boundary.first]).max() < 1e-9


def random_weights(mixture: Mixture, seed: int, noise: bool) -> Mixture:
    """The same components with weights between 1e-6 and 1, and noise if wanted."""
    weights = 10.0 ** np.random.default_rng(seed).uniform(-6, 0, size=mixture.n_components + noise)
    weights /= weights.sum()
    area = math.log((BOX[0][1] - BOX[0][0]) * (BOX[1][1] - BOX[1][0]))
    found = Noise(float(weights[-1]), -area) if noise else None
    return Mixture(weights[: mixture.n_components], mixture.means, mixture.covariances, found)


# ---------------------------------------------------------------- exact


@pytest.mark.parametrize("noise", [False, True])
@pytest.mark.parametrize("k", [2, 3, 5, 10])
def test_vertices_of_random_mixtures(k: int, noise: bool) -> None:
    n = 0
    for seed in range(25):
        mixture = random_weights(random_mixture(seed, k, 2), seed, noise)
        found = boundaries(mixture, X, Y, BOX)
        assert_exact(found, mixture, BOX)
        n += len(found)
    assert n > 20


@pytest.mark.parametrize("decomposition", DECOMPOSITIONS)
def test_vertices_in_every_family(decomposition: str) -> None:
    generator = np.random.default_rng(7)
    for _ in range(8):
        numbers = generator.normal(scale=0.8, size=n_coordinates(decomposition, 5))
        covariances = member(decomposition, 5, numbers)
        mixture = Mixture(
            generator.dirichlet(np.ones(5)), generator.normal(scale=3, size=(5, 2)), covariances
        )
        found = boundaries(mixture, X, Y)
        assert found
        assert_exact(found, mixture)


@pytest.mark.parametrize("shared", ["isotropic", "free"])
def test_vertices_of_scale_mixtures(shared: str) -> None:
    generator = np.random.default_rng(3)
    scales = np.array([0.1, 0.5, 1.5, 4.0])
    covariances = scales[:, None, None] * np.eye(2)
    if shared == "free":
        covariances = member("VVV", 4, generator.normal(size=n_coordinates("VVV", 4)))
    mixture = Mixture(np.full(4, 0.25), np.zeros((4, 2)), covariances)
    assert_exact(boundaries(mixture, X, Y), mixture)


def test_thin_components_far_from_each_other() -> None:
    thin = np.array([[1.0, 1.0 - 1e-6], [1.0 - 1e-6, 1.0]])
    mixture = Mixture(
        [0.5, 0.5], [[-4, -3], [4, 2]], [1e-2 * thin, 1e-2 * thin[::-1, ::-1] * [[1, -1], [-1, 1]]]
    )
    found = boundaries(mixture, X, Y)
    assert found
    for boundary in found:  # 10⁴ deviations from either: what a rounded coordinate changes is 1e-8 nats
        r = posteriors(boundary.line, mixture)
        assert np.abs(r[:, 0] - r[:, 1]).max() < 1e-6


# ---------------------------------------------------------------- complete, and nothing else


def _distances(places: FloatArray, line: FloatArray) -> FloatArray:
    """From places (n, 2) to the nearest point of a line (m, 2), (n,)."""
    best = np.full(len(places), np.inf)
    for start, end in pairwise(line):
        step = end - start
        share = np.clip((places - start) @ step / max(float(step @ step), 1e-300), 0.0, 1.0)
        best = np.minimum(best, np.hypot(*(places - start - share[:, None] * step).T))
    return best


@pytest.mark.parametrize(("seed", "k", "noise"), [(1, 2, False), (2, 4, False), (3, 6, False), (4, 3, True)])
def test_wherever_the_label_changes_there_is_a_boundary(seed: int, k: int, noise: bool) -> None:
    mixture = random_weights(random_mixture(seed, k, 2), seed, noise)
    found = boundaries(mixture, X, Y, BOX)
    n = 160
    x, y = np.linspace(*X, n), np.linspace(*Y, n)
    places = np.stack(np.meshgrid(x, y), axis=-1)
    labels = winners(places.reshape(-1, 2), mixture, BOX).reshape(n, n)
    for axis in (0, 1):
        changed: BoolArray = np.diff(labels, axis=axis) != 0
        here = places[:-1][changed] if axis == 0 else places[:, :-1][changed]
        there = places[1:][changed] if axis == 0 else places[:, 1:][changed]
        own = labels[:-1][changed] if axis == 0 else labels[:, :-1][changed]
        if noise:  # noise ends with the box, which is no boundary
            low, high = np.array(BOX).T
            same = ((here >= low) & (here <= high)).all(axis=1) == ((there >= low) & (there <= high)).all(
                axis=1
            )
            here, there, own = here[same], there[same], own[same]
        middle = (here + there) / 2
        for row in np.unique(own).tolist():
            lines = [b.line for b in found if row in (b.first, b.second)]
            mine = middle[own == row]
            nearest = np.min([_distances(mine, line) for line in lines], axis=0)
            assert nearest.max() <= 0.5 * max(x[1] - x[0], y[1] - y[0]) + 1e-6


@pytest.mark.parametrize("noise", [False, True])
def test_on_the_two_sides_of_a_boundary_there_are_its_two_rows(noise: bool) -> None:
    for seed in range(12):
        mixture = random_weights(random_mixture(seed, 5, 2), seed, noise)
        for boundary in boundaries(mixture, X, Y, BOX):
            line = boundary.line
            along = line[1:] - line[:-1]
            length = np.hypot(*along.T)
            middle = ((line[1:] + line[:-1]) / 2)[length > 0]
            normal = (np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None])[length > 0]
            r = posteriors(middle, mixture, BOX)
            alone = r[:, boundary.first] + r[:, boundary.second] > 0.9  # not where three regions meet
            sides = [winners(middle + sign * 2e-3 * normal, mixture, BOX)[alone] for sign in (1, -1)]
            pair = {boundary.first, boundary.second}
            assert all({a, b} == pair for a, b in zip(*sides, strict=True))


def test_lines_are_smooth_at_4000_pixels() -> None:
    for seed in range(6):
        mixture = random_mixture(seed, 5, 2)
        for boundary in boundaries(mixture, X, Y):
            middle = (boundary.line[1:] + boundary.line[:-1]) / 2
            logs, small = heights(middle, mixture), 1e-6
            lead = logs[:, boundary.first] - logs[:, boundary.second]
            slopes = []
            for axis in np.eye(2):
                aside = heights(middle + small * axis, mixture)
                slopes.append((aside[:, boundary.first] - aside[:, boundary.second] - lead) / small)
            away = np.abs(lead) / np.hypot(*slopes)
            assert away.max() < 0.25 * (X[1] - X[0]) / 4000


# ---------------------------------------------------------------- known forms


def test_equal_covariances_have_straight_boundaries() -> None:
    sigma = np.array([[1.0, 0.3], [0.3, 0.7]])
    mixture = Mixture([0.2, 0.8], [[-2, 0], [2, 1]], [sigma, sigma])
    (boundary,) = boundaries(mixture, X, Y)
    assert len(boundary.line) < 20
    normal = np.linalg.solve(sigma, mixture.means[1] - mixture.means[0])
    offset = 0.5 * (mixture.means.sum(axis=0) @ normal) - math.log(4)
    np.testing.assert_allclose(boundary.line @ normal, offset, atol=1e-12)


@pytest.mark.parametrize("difference", [1e-15, 1e-12, 1e-8, 1e-4])
def test_almost_equal_covariances(difference: float) -> None:
    sigma = np.array([[1.0, 0.3], [0.3, 0.7]])
    mixture = Mixture([0.5, 0.5], [[-2, 0], [2, 1]], [sigma, sigma * (1 + difference)])
    found = boundaries(mixture, X, Y)
    assert len(found) == 1
    assert_exact(found, mixture)
    assert np.ptp(found[0].line[:, 1]) == pytest.approx(Y[1] - Y[0])


def test_concentric_components_are_divided_by_a_circle() -> None:
    mixture = Mixture([0.5, 0.5], np.full((2, 2), 0.5), [np.eye(2), 4 * np.eye(2)])
    (boundary,) = boundaries(mixture, X, Y)
    np.testing.assert_array_equal(boundary.line[0], boundary.line[-1])
    radius = math.sqrt(2 * math.log(4) / (1 - 1 / 4))
    np.testing.assert_allclose(np.hypot(*(boundary.line - 0.5).T), radius, rtol=1e-12)
    turns = np.unwrap(np.arctan2(*(boundary.line - 0.5).T))
    assert abs(turns[-1] - turns[0]) == pytest.approx(2 * math.pi)


def test_crossed_components_are_divided_by_two_lines() -> None:
    mixture = Mixture([0.5, 0.5], np.zeros((2, 2)), [np.diag([4.0, 0.5]), np.diag([0.5, 4.0])])
    found = boundaries(mixture, (-8, 8), (-8, 8))  # the diagonals of the window
    assert_exact(found, mixture)
    vertices = np.concatenate([b.line for b in found])
    np.testing.assert_allclose(np.abs(vertices[:, 0]), np.abs(vertices[:, 1]), atol=1e-7)
    length = sum(np.hypot(*np.diff(b.line, axis=0).T).sum() for b in found)
    assert length == pytest.approx(2 * 16 * math.sqrt(2), rel=1e-6)


def test_noise_is_kept_off_by_an_ellipse() -> None:
    sigma = np.array([[0.5, 0.2], [0.2, 0.3]])
    mixture = Mixture([0.7], [[0.5, 1.0]], [sigma], Noise(0.3, -math.log(182.0)))
    (boundary,) = boundaries(mixture, X, Y, BOX)
    assert (boundary.first, boundary.second) == (0, 1)
    away = boundary.line - mixture.means[0]
    squares = np.einsum("ni,ij,nj->n", away, np.linalg.inv(sigma), away)
    peak = 0.7 / (2 * math.pi * math.sqrt(np.linalg.det(sigma)))
    np.testing.assert_allclose(squares, 2 * math.log(peak / (0.3 / 182.0)), rtol=1e-12)
    cut = boundaries(mixture, X, Y, ((0.5, 6.0), (-6.5, 7.5)))
    assert cut[0].line[:, 0].min() == pytest.approx(0.5, abs=1e-9)


def test_a_needle_on_a_wide_component() -> None:
    tiny = 1e-9
    mixture = Mixture([0.5, 0.5], [[0, 0], [3, 2]], [np.eye(2), tiny**2 * np.eye(2)])
    found = [b for b in boundaries(mixture, X, Y) if np.ptp(b.line[:, 0]) < 1e-6]
    assert len(found) == 1
    depth = 2 * math.log(1 / tiny**2) + (3**2 + 2**2)
    np.testing.assert_allclose(np.hypot(*(found[0].line - [3, 2]).T), tiny * math.sqrt(depth), rtol=1e-5)


# ---------------------------------------------------------------- none


def test_nobody_to_be_divided_from() -> None:
    assert boundaries(Mixture([1.0], [[0, 0]], [np.eye(2)]), X, Y) == ()
    twins = Mixture([0.5, 0.5], [[1, 2]] * 2, [np.eye(2) * 0.3] * 2)
    assert boundaries(twins, X, Y) == ()
    rounded = Mixture([0.5, 0.5], [[1, 2]] * 2, [np.eye(2) * 0.3, np.eye(2) * 0.3 * (1 + 1e-13)])
    assert boundaries(rounded, X, Y) == ()
    louder = Mixture([0.4, 0.6], [[1, 2]] * 2, [np.eye(2) * 0.3] * 2)
    assert boundaries(louder, X, Y) == ()


def test_components_without_weight_win_nowhere() -> None:
    pair = Mixture([0.5, 0.5], [[-2, 0], [2, 1]], [np.eye(2), 2 * np.eye(2)])
    more = Mixture([0.5, 0.5, 0.0], [[-2, 0], [2, 1], [0, 0]], [np.eye(2), 2 * np.eye(2), np.eye(2)])
    (a,), (b,) = boundaries(pair, X, Y), boundaries(more, X, Y)
    np.testing.assert_array_equal(a.line, b.line)


def test_nothing_far_away() -> None:
    mixture = Mixture([0.5, 0.5], [[-2, 0], [2, 1]], [np.eye(2), 2 * np.eye(2)])
    assert boundaries(mixture, (1e6, 1e6 + 1), (1e6, 1e6 + 1)) == ()


# ---------------------------------------------------------------- any units


@pytest.mark.parametrize("exponent", [-332, -40, 40, 332])  # 1e-100 … 1e100
def test_units_do_not_matter(exponent: int) -> None:
    mixture, s = random_mixture(5, 5, 2), 2.0**exponent
    scaled = Mixture(mixture.weights, mixture.means * s, mixture.covariances * s * s)
    here = boundaries(mixture, X, Y)
    there = boundaries(scaled, (X[0] * s, X[1] * s), (Y[0] * s, Y[1] * s))
    assert len(here) == len(there) > 3
    for a, b in zip(here, there, strict=True):
        assert (a.first, a.second) == (b.first, b.second)
        np.testing.assert_allclose(a.line[[0, -1]], b.line[[0, -1]] / s, atol=1e-9)


def test_axes_of_very_different_units() -> None:
    mixture = random_mixture(6, 4, 2)
    stretch = np.array([1e-60, 1e40])
    scaled = Mixture(
        mixture.weights, mixture.means * stretch, mixture.covariances * np.outer(stretch, stretch)
    )
    found = boundaries(scaled, (-9e-60, 9e-60), (-8e40, 8e40))
    back = tuple(Boundary(b.first, b.second, b.line / stretch) for b in found)
    assert len(back) == len(boundaries(mixture, X, Y))
    assert_exact(back, mixture)


def test_work_can_be_broken_off() -> None:
    with pytest.raises(Cancelled):
        boundaries(random_mixture(1, 5, 2), X, Y, should_stop=lambda: True)
