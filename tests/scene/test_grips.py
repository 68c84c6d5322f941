"""Grips of an ellipse: conjugate half axes, stretched and turned, are the covariance that the hand means."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gmmviewer.mixture import families, family
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.scene import grips

SEEDS = st.integers(0, 2**32 - 1)
LETTERS = [one.letters for one in families(2)]


def covariance(seed: int, letters: str = "VVV") -> FloatArray:
    generator = np.random.default_rng(seed)
    factor = generator.normal(size=(2, 2)) * generator.uniform(0.1, 10.0, size=(2, 1))
    made = factor @ factor.T + 1e-3 * np.eye(2)
    decomposition = family(letters, 2).decomposition
    if decomposition[1] == "I":
        return made[0, 0] * np.eye(2)
    return np.diag(np.diag(made)) if decomposition[2] == "I" else made


def distance(at: FloatArray, sigma: FloatArray) -> float:
    return math.sqrt(at @ np.linalg.solve(sigma, at))


def unit_for(letters: str, per_pixel: tuple[float, float] = (0.013, -0.31)) -> FloatArray:
    return grips.metric(family(letters, 2), np.array(per_pixel))


@pytest.mark.parametrize("letters", LETTERS)
@given(seed=SEEDS)
def test_half_axes_make_up_the_covariance(letters: str, seed: int) -> None:
    sigma, unit = covariance(seed, letters), unit_for(letters)
    half = grips.half_axes(sigma, family(letters, 2).decomposition, unit)
    np.testing.assert_allclose(grips.from_half_axes(half), sigma, rtol=1e-11, atol=1e-12 * sigma.max())
    seen = half / unit
    assert abs(seen[0] @ seen[1]) <= 1e-9 * np.hypot(*seen[0]) * np.hypot(*seen[1])  # at right angles
    if family(letters, 2).decomposition[2] == "I":
        assert half[0, 1] == half[1, 0] == 0.0
    else:
        assert np.hypot(*seen[0]) >= np.hypot(*seen[1]) * (1 - 1e-12)


@given(seed=SEEDS, axis=st.integers(0, 1), factor=st.floats(0.01, 100.0), radius=st.floats(0.5, 4.0))
def test_an_axis_ends_where_the_hand_is(seed: int, axis: int, factor: float, radius: float) -> None:
    sigma, unit = covariance(seed), unit_for("VVV")
    half = grips.half_axes(sigma, "VVV", unit)
    at = radius * factor * half[axis]
    made = grips.from_half_axes(grips.stretched(half, axis, at, radius))
    assert distance(at, made) == pytest.approx(radius, rel=1e-7)
    across = half[1 - axis]  # the other axis stays
    assert distance(across, made) == pytest.approx(1.0, rel=1e-7)


@given(seed=SEEDS, angle=st.floats(-math.pi, math.pi), radius=st.floats(0.5, 4.0))
def test_a_scaled_ellipse_passes_through_the_hand_and_keeps_its_form(
    seed: int, angle: float, radius: float
) -> None:
    sigma = covariance(seed)
    half = grips.half_axes(sigma, "VVV", unit_for("VVV"))
    at = 3.0 * np.array([math.cos(angle), math.sin(angle)])
    made = grips.from_half_axes(grips.scaled(half, at, radius))
    if distance(at, sigma) > 2 * grips.SMALLEST * radius:
        assert distance(at, made) == pytest.approx(radius, rel=1e-7)
    np.testing.assert_allclose(made / made[0, 0], sigma / sigma[0, 0], rtol=1e-7, atol=1e-9)


@given(seed=SEEDS, by=st.floats(-7.0, 7.0))
def test_turning_turns_what_is_seen(seed: int, by: float) -> None:
    sigma, unit = covariance(seed), unit_for("VVV")
    half = grips.half_axes(sigma, "VVV", unit)
    seen = sigma / unit / unit[:, None]
    turn = np.array([[math.cos(by), -math.sin(by)], [math.sin(by), math.cos(by)]])
    made = grips.from_half_axes(grips.turned(half, unit, by)) / unit / unit[:, None]
    np.testing.assert_allclose(made, turn @ seen @ turn.T, rtol=1e-8, atol=1e-9 * np.abs(seen).max())
    before, after = (grips.angle_of(h[0], unit) for h in (half, grips.turned(half, unit, by)))
    assert math.cos(after - before - by) == pytest.approx(1.0)


def test_an_ellipse_that_is_pushed_together_stays_one() -> None:
    half = np.diag([1.0, 2.0])
    for made in (grips.stretched(half, 0, np.zeros(2), 2.0), grips.scaled(half, np.zeros(2), 2.0)):
        assert (np.linalg.eigvalsh(grips.from_half_axes(made)) > 0).all()


@pytest.mark.parametrize("letters", LETTERS)
def test_a_new_circle_passes_through_the_hand(letters: str) -> None:
    at, unit = np.array([0.3, -4.0]), unit_for(letters)
    made = grips.circle_through(at, unit, 2.0)
    assert distance(at, made) == pytest.approx(2.0)
    seen = made / unit / unit[:, None]
    assert seen[0, 0] == pytest.approx(seen[1, 1])


def test_round_is_what_looks_round() -> None:
    unit = np.array([0.01, 0.3])
    assert grips.is_round(np.diag(unit), unit)
    assert not grips.is_round(np.eye(2), unit)


@given(weight=st.floats(1e-6, 1.0), deviation=st.floats(1e-6, 1e6))
def test_a_peak_and_back(weight: float, deviation: float) -> None:
    height = float(grips.peak_height(np.array(weight), np.array(deviation)))
    assert height == pytest.approx(weight * math.exp(0) / math.sqrt(2 * math.pi * deviation**2))
    assert grips.weight_of_peak(height, deviation) == pytest.approx(weight)


def test_no_peak_is_higher_than_a_weight_of_one() -> None:
    assert grips.weight_of_peak(1e9, 1.0) == 1.0
    assert grips.weight_of_peak(-1.0, 1.0) == 0.0


def test_angles_snap() -> None:
    assert grips.snapped(math.radians(37.0), math.radians(15.0)) == pytest.approx(math.radians(30.0))
