"""Covariance families: each a class that turns moments into covariances.

Names follow the eigen-decomposition Σ_k = λ_k D_k A_k D_kᵀ (Banfield & Raftery 1993; Celeux & Govaert 1995):
three letters for Volume, Shape and Orientation, each Equal, Variable or Identity. To add a family, write
its class and put it in ``FAMILIES``; choosers, help, the command line and the law tests follow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments


class CovarianceFamily(ABC):
    """A set of covariance matrices over which the M-step maximises."""

    letters: str  # the field's name: "VVV", in one dimension "V"
    names: tuple[str, ...] = ()  # other names people type: "full"
    title: str  # what a lecturer calls it
    summary: str  # one line for the chooser
    dimensions: tuple[int, ...] = (2,)
    pooled = False  # one covariance serves all components

    @abstractmethod
    def estimate(self, moments: Moments, floor: Floor) -> tuple[FloatArray, BoolArray]:
        """Covariances (K, d, d) that maximise Q above the floor, and which ones the floor held (K,)."""

    @abstractmethod
    def n_covariance_parameters(self, k: int, d: int) -> int:
        """Free parameters in K covariances of this family."""

    def n_parameters(self, k: int, d: int) -> int:
        """All free parameters of a mixture: K−1 weights, Kd means, and the covariances."""
        return (k - 1) + k * d + self.n_covariance_parameters(k, d)


class Full(CovarianceFamily):
    """Σ_k = W_k / n_k (Bishop 2006, eq. 9.19)."""

    letters = "VVV"
    names: tuple[str, ...] = ("full",)
    title = "Full"
    summary = "each its own size, shape and direction"

    def estimate(self, moments: Moments, floor: Floor) -> tuple[FloatArray, BoolArray]:
        return floor.clip_full(moments.scatters / moments.counts[:, None, None])

    def n_covariance_parameters(self, k: int, d: int) -> int:
        return k * d * (d + 1) // 2


class Tied(CovarianceFamily):
    """Σ_k = Σ_j W_j / n."""

    letters = "EEE"
    names: tuple[str, ...] = ("tied",)
    title = "Tied"
    summary = "all components share one covariance"
    pooled = True

    def estimate(self, moments: Moments, floor: Floor) -> tuple[FloatArray, BoolArray]:
        pooled = moments.scatters.sum(axis=0, keepdims=True) / moments.total
        clipped, low = floor.clip_full(pooled)
        k = len(moments.counts)
        return np.repeat(clipped, k, axis=0), np.repeat(low, k)

    def n_covariance_parameters(self, k: int, d: int) -> int:
        return d * (d + 1) // 2


class Diagonal(CovarianceFamily):
    """Σ_k = diag(W_k) / n_k."""

    letters = "VVI"
    names = ("diag", "diagonal")
    title = "Diagonal"
    summary = "own size and shape, axes parallel to the coordinates"

    def estimate(self, moments: Moments, floor: Floor) -> tuple[FloatArray, BoolArray]:
        variances = np.diagonal(moments.scatters, axis1=1, axis2=2) / moments.counts[:, None]
        clipped, low = floor.clip_diagonal(variances)
        return clipped[:, :, None] * np.eye(clipped.shape[1]), low

    def n_covariance_parameters(self, k: int, d: int) -> int:
        return k * d


class Spherical(CovarianceFamily):
    """Σ_k = λ_k I with λ_k = tr(W_k) / (d n_k)."""

    letters = "VII"
    names = ("spherical",)
    title = "Spherical"
    summary = "circles, each with its own size"

    def estimate(self, moments: Moments, floor: Floor) -> tuple[FloatArray, BoolArray]:
        d = moments.scatters.shape[1]
        variances = np.trace(moments.scatters, axis1=1, axis2=2) / (d * moments.counts)
        clipped, low = floor.clip_spherical(variances)
        return clipped[:, None, None] * np.eye(d), low

    def n_covariance_parameters(self, k: int, d: int) -> int:
        return k


class Variable1D(Full):
    """σ²_k = W_k / n_k."""

    letters = "V"
    names = ()
    title = "Variable variance"
    summary = "every component has its own variance"
    dimensions = (1,)


class Equal1D(Tied):
    """σ² = Σ_j W_j / n."""

    letters = "E"
    names = ()
    title = "Equal variance"
    summary = "all components share one variance"
    dimensions = (1,)


FAMILIES: tuple[CovarianceFamily, ...] = (Full(), Tied(), Diagonal(), Spherical(), Variable1D(), Equal1D())

# In one dimension a name of two dimensions means what is left of it there.
_IN_ONE_DIMENSION = {"VVV": "V", "VVI": "V", "VII": "V", "EEE": "E"}


def families(d: int) -> tuple[CovarianceFamily, ...]:
    """The families that differ from each other in d dimensions, in the order of the chooser."""
    return tuple(family for family in FAMILIES if (1 if d == 1 else 2) in family.dimensions)


def family(name: str | CovarianceFamily, d: int) -> CovarianceFamily:
    """The family with this name (``full``, ``VVV``, ``V`` …) for data in d dimensions.

    Raises ``ValueError`` for an unknown name, or one that means nothing in d dimensions.
    """
    letters = name.letters if isinstance(name, CovarianceFamily) else _letters(name)
    if d == 1:
        letters = _IN_ONE_DIMENSION.get(letters, letters)
    for candidate in families(d):
        if candidate.letters == letters:
            return candidate
    choices = _listed(families(d))
    raise ValueError(f"covariance '{letters}' is for one-dimensional data; with d = {d} use one of {choices}")


def _letters(name: str) -> str:
    for candidate in FAMILIES:
        if name.lower() in (candidate.letters.lower(), *candidate.names):
            return candidate.letters
    raise ValueError(f"unknown covariance '{name}'; use one of {_listed(FAMILIES)}")


def _listed(members: Iterable[CovarianceFamily]) -> str:
    return ", ".join("/".join((*m.names[:1], m.letters)) for m in members)
