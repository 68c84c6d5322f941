"""The M-step of every covariance family: the best of the family above the floor, whatever the moments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import CovarianceFamily, families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.families import Full
from gmmviewer.mixture.families.angles import OneVolume, OwnVolumes, best_angle
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments, frozen_moments
from gmmviewer.mixture.principal import principal
from tests.mixture.family_members import (
    above_floor,
    assert_member,
    cost,
    least_cost,
    member,
    n_coordinates,
    random_moments,
)

EPS = float(np.finfo(np.float64).eps)
K = 3
NO_FLOOR = Floor(np.array([1e-12, 1e-12]))
ALL = [(one, d) for d in (1, 2) for one in families(d)]
each_family = pytest.mark.parametrize(("chosen", "d"), ALL, ids=[f"{m.letters}-{d}D" for m, d in ALL])
each_flat_family = pytest.mark.parametrize("chosen", families(2), ids=[m.letters for m in families(2)])
WITH_OWN_AXES = ("EEV", "VEV")  # exact only where the floor is the same along both coordinates


def _starts(decomposition: str, d: int, seed: int) -> list[FloatArray]:
    generator = np.random.default_rng(seed)
    return [generator.normal(size=n_coordinates(decomposition, K, d)) for _ in range(2)]


# ------------------------------------------------------------------ the best there is


def _problems() -> Iterator[tuple[str, int, tuple[float, float]]]:
    for d, letters in ((1, "E"), (1, "V"), *((2, one.letters) for one in families(2) if not one.shared_mean)):
        yield letters, d, (1e-9, 1e-9)
        for least in ((0.3, 0.3), (0.3, 0.03), (30.0, 30.0), (30.0, 3.0)):
            if letters not in WITH_OWN_AXES or least[0] == least[1]:
                yield letters, d, least


@pytest.mark.parametrize(("letters", "d", "least"), list(_problems()))
def test_no_optimiser_finds_a_better_member_above_the_floor(
    letters: str, d: int, least: tuple[float, float]
) -> None:
    chosen = family(letters, d)
    floor = Floor(np.array(least)[:d])
    for seed in (1, 3):
        moments = random_moments(seed, K, d)
        covariances, held = chosen.estimate(moments, floor)
        assert_member(chosen.decomposition, covariances)
        assert above_floor(floor, covariances) >= 1 - 1e-9
        starts = _starts(chosen.decomposition, d, seed)
        best = least_cost(chosen.decomposition, moments, floor, starts, floored=least[0] > 1e-9)
        assert cost(moments, covariances) <= best + 1e-9 * (1 + abs(best))
        assert held.shape == (K,)
        assert held.any() == (above_floor(floor, covariances) < 1 + 1e-6)


@each_family
@given(seed=st.integers(0, 2**32 - 1), size=st.floats(-7, 0))
def test_no_small_change_inside_the_family_is_better(
    chosen: CovarianceFamily, d: int, seed: int, size: float
) -> None:
    """The neighbours are made from volume, shape and angle of the estimate."""
    moments = random_moments(seed, K, d)
    covariances, _ = chosen.estimate(moments, Floor(np.full(d, 1e-12)))
    generator = np.random.default_rng(seed)
    shift = generator.normal(size=n_coordinates(chosen.decomposition, K, d)) * 10.0**size
    neighbour = _moved(chosen.decomposition, covariances, shift)
    assert_member(chosen.decomposition, neighbour, 1e-8)
    here = cost(moments, covariances)
    slant = _slant(covariances)
    assert cost(moments, neighbour) >= here - 64 * EPS * (abs(here) + moments.total * slant)


def _moved(decomposition: str, covariances: FloatArray, shift: FloatArray) -> FloatArray:
    """The member whose volumes, shapes and angles differ by ``shift`` from those of a member."""
    k, d = covariances.shape[:2]
    if d == 1:
        return covariances * np.exp(np.resize(shift, k))[:, None, None]
    values, axes = np.linalg.eigh(covariances)
    angle = np.arctan2(axes[:, 1, 1], axes[:, 0, 1])
    sizes, shapes = 0.5 * np.log(values.prod(axis=1)), 0.5 * np.log(values[:, 1] / values[:, 0])
    if decomposition[2] == "I" or (decomposition[1] == "V" and decomposition[2] == "E"):
        # one frame for all: the long axis of a component may be the first or the second
        frame = 0.0 if decomposition[2] == "I" else angle[np.argmax(shapes)]
        shapes = np.where(np.cos(2 * (angle - frame)) < 0, -shapes, shapes)
        angle = np.full(k, frame)
    numbers = [
        {"E": part[:1], "V": part, "I": part[:0]}[letter]
        for part, letter in zip((sizes, shapes, angle), decomposition, strict=True)
    ]
    return member(decomposition, k, np.concatenate(numbers) + shift)


def _slant(covariances: FloatArray) -> float:
    """1 / (1 − correlation²): by how much the rounding of a stored matrix is magnified."""
    if covariances.shape[1] == 1:
        return 1.0
    products = covariances[:, 0, 0] * covariances[:, 1, 1]
    return float((products / np.maximum(products - covariances[:, 0, 1] ** 2, EPS * products)).max())


@pytest.mark.parametrize(
    ("letters", "d", "same"),
    [("scale-isotropic", 2, "VII"), ("scale-scaled", 2, "VEE"), ("scale-free", 2, "VVV"), ("scale", 1, "V")],
)
def test_scale_mixtures_have_the_covariances_of_other_families(letters: str, d: int, same: str) -> None:
    for least in (1e-9, 0.3):
        moments, floor = random_moments(4, K, d), Floor(np.full(d, least))
        (ours, held), (theirs, also) = (family(name, d).estimate(moments, floor) for name in (letters, same))
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(held, also)


def test_scaled_copies_satisfy_their_equations() -> None:
    """λ_k = tr(W_k C⁻¹) / 2n_k and C ∝ Σ W_k / λ_k (Celeux & Govaert 1995), to rounding."""
    for seed in range(20):
        moments = random_moments(seed, 5)
        covariances, _ = family("VEE", 2).estimate(moments, NO_FLOOR)
        sizes = np.sqrt(np.linalg.det(covariances))
        common = (moments.scatters / sizes[:, None, None]).sum(axis=0)
        common /= np.sqrt(np.linalg.det(common))
        np.testing.assert_allclose(covariances, sizes[:, None, None] * common, rtol=1e-11)
        traces = np.trace(np.linalg.solve(common, moments.scatters), axis1=1, axis2=2)
        np.testing.assert_allclose(sizes, traces / (2 * moments.counts), rtol=1e-12)


@pytest.mark.parametrize("problem", [OwnVolumes, OneVolume])
def test_where_no_angle_is_better_the_old_one_stays(problem: type[OwnVolumes | OneVolume]) -> None:
    axes = principal(np.stack([np.eye(2), 3.0 * np.eye(2)]))
    for old in (0.0, 0.123, -1.3):
        assert best_angle(problem(axes, np.array([1.0, 2.0])), axes, old) == old


@pytest.mark.parametrize("letters", WITH_OWN_AXES)
def test_own_axes_above_an_uneven_floor_are_a_compromise(letters: str) -> None:
    """Its angles stay those of the scatters: a member above the floor, if not always the best."""
    floor, chosen = Floor(np.array([30.0, 3.0])), family(letters, 2)
    met = 0
    for seed in range(10):
        covariances, held = chosen.estimate(random_moments(seed), floor)
        assert_member(chosen.decomposition, covariances)
        assert above_floor(floor, covariances) >= 1 - 1e-9
        met += held.any()
    assert met > 5


@pytest.mark.parametrize("letters", ["VVE", "EVE"])
def test_the_common_angle_is_found_among_narrow_wells(letters: str) -> None:
    """Needles in many directions: the objective has a well at each, as narrow as 1e-6."""
    chosen, k = family(letters, 2), 9
    for seed in range(40):
        generator = np.random.default_rng(seed)
        angles = generator.uniform(0, np.pi, size=k)
        numbers = np.concatenate([generator.normal(size=k), generator.uniform(1, 7, size=k), angles])
        counts = 10.0 ** generator.uniform(0, 2, size=k)
        scatters = counts[:, None, None] * member("VVV", k, numbers)
        moments = frozen_moments(counts, np.zeros((k, 2)), scatters)
        ours = cost(moments, chosen.estimate(moments, NO_FLOOR)[0])
        best = min(_cost_at(moments, letters, angle) for angle in (*angles, *np.linspace(0, np.pi / 2, 500)))
        assert ours <= best + 1e-7 * (1 + abs(best))


def _cost_at(moments: Moments, letters: str, angle: float) -> float:
    """The least −2Q for axes at this angle, by the formulas of Celeux & Govaert."""
    first, second = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    a, b = (np.einsum("i,kij,j->k", axis, moments.scatters, axis) for axis in (first, second))
    if letters == "VVE":
        n = moments.counts
        return float((n * np.log(a * b / n**2) + 2 * n).sum())
    total = moments.total
    return float(2 * total * np.log(np.sqrt(a * b).sum() / total) + 2 * total)


# ------------------------------------------------------------------ from one M-step to the next


@st.composite
def moments_in_turn(draw: st.DrawFn) -> tuple[Moments, Moments, Floor]:
    """Two sets of moments of the same components, thin, flat or ordinary, and a floor some of them meet."""
    seed, k = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 5))
    generator = np.random.default_rng(seed)
    thin = 10.0 ** draw(st.sampled_from([0.0, -1.0, -3.0, -6.0]))
    change = 10.0 ** draw(st.sampled_from([0.0, -2.0, -5.0]))
    factors = generator.normal(size=(k, 2, 2)) * [1.0, thin]
    factors[generator.random(k) < draw(st.sampled_from([0.0, 0.3]))] *= [1.0, 0.0]
    other = factors + change * generator.normal(size=factors.shape) * np.abs(factors)
    counts = generator.uniform(0.5, 30, size=k)
    first, second = (
        frozen_moments(counts, np.zeros((k, 2)), counts[:, None, None] * (f @ f.transpose(0, 2, 1)))
        for f in (factors, other)
    )
    floor = Floor(np.array([1.0, draw(st.sampled_from([1.0, 0.1, 1e-4]))]) * 10.0 ** generator.uniform(-9, 0))
    return first, second, floor


@each_flat_family
@given(given_moments=moments_in_turn())
def test_the_next_estimate_is_never_worse_than_keeping_the_last(
    chosen: CovarianceFamily, given_moments: tuple[Moments, Moments, Floor]
) -> None:
    first, second, floor = given_moments
    before, _ = chosen.estimate(first, floor)
    after, _ = chosen.estimate(second, floor, before)
    old, new = cost(second, before), cost(second, after)
    slant = max(_slant(before), _slant(after))
    scale = second.total + float(sum(np.trace(np.linalg.solve(s, w)) for s, w in _pairs(second, before)))
    assert new <= old + 64 * EPS * (abs(old) + scale * slant)


def _pairs(moments: Moments, covariances: FloatArray) -> zip[tuple[FloatArray, FloatArray]]:
    return zip(covariances, moments.scatters, strict=True)


@pytest.mark.parametrize("letters", ["EEV", "VEV", "EVE", "VVE"])
def test_round_scatters_keep_the_old_directions(letters: str) -> None:
    angles = {"EEV": [0.3, -1.1], "VEV": [0.3, -1.1], "EVE": [0.7, 0.7], "VVE": [0.7, 0.7]}[letters]
    previous = member("VVV", 2, np.array([0.0, 0.0, 0.5, 0.5, *angles]))
    moments = frozen_moments(np.array([3.0, 4.0]), np.zeros((2, 2)), np.stack([np.eye(2), 2 * np.eye(2)]))
    stretched = frozen_moments(
        moments.counts, moments.means, moments.scatters * np.array([1.0, 1.0 + 1e-13])[:, None]
    )
    covariances, _ = family(letters, 2).estimate(moments, NO_FLOOR, previous)
    np.testing.assert_allclose(covariances[:, 0, 1], 0.0, atol=1e-14)
    almost, _ = family(letters, 2).estimate(stretched, NO_FLOOR, previous)
    np.testing.assert_allclose(almost, covariances, atol=1e-9)


def test_one_round_scatter_takes_the_shape_of_the_others_at_its_old_angle() -> None:
    needle = member("VVV", 1, np.array([0.0, 1.0, 0.4]))[0]
    moments = frozen_moments(np.array([5.0, 5.0]), np.zeros((2, 2)), np.stack([needle, np.eye(2)]))
    previous = member("EEV", 2, np.array([0.0, 1.0, 0.4, -0.9]))
    covariances, _ = family("EEV", 2).estimate(moments, NO_FLOOR, previous)
    values, axes = np.linalg.eigh(covariances)
    assert values[1, 1] > 1.5 * values[1, 0]
    assert np.tan(-0.9) == pytest.approx(axes[1, 1, 1] / axes[1, 0, 1], rel=1e-12)


@each_family
def test_an_estimate_leaves_the_moments_alone(chosen: CovarianceFamily, d: int) -> None:
    moments, previous = random_moments(6, K, d), np.repeat(np.eye(d)[None], K, axis=0)
    before = moments.scatters.copy()
    chosen.estimate(moments, Floor(np.full(d, 100.0)), previous)
    np.testing.assert_array_equal(moments.scatters, before)
    np.testing.assert_array_equal(previous, np.repeat(np.eye(d)[None], K, axis=0))


def test_the_variance_divides_by_the_count_and_not_by_one_less() -> None:
    moments = frozen_moments(np.array([4.0]), np.zeros((1, 1)), np.array([[[8.0]]]))
    covariances, _ = Full().estimate(moments, Floor(np.array([1e-9])))
    assert covariances.tolist() == [[[2.0]]]
