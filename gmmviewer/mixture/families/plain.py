"""The families whose M-step is one line."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.base import PLANE_AND_SPACE, CovarianceFamily
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments


class Full(CovarianceFamily):
    """Σ_k = W_k / n_k (Bishop 2006, eq. 9.19)."""

    letters = "VVV"
    names: tuple[str, ...] = ("full",)
    title = "Full"
    summary = "each its own size, shape and direction"
    decomposition = "VVV"
    dimensions: tuple[int, ...] = PLANE_AND_SPACE

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        return floor.clip_full(moments.scatters / moments.counts[:, None, None])


class Tied(CovarianceFamily):
    """Σ_k = Σ_j W_j / n."""

    letters = "EEE"
    names: tuple[str, ...] = ("tied",)
    title = "Tied"
    summary = "all components share one covariance"
    decomposition = "EEE"
    dimensions: tuple[int, ...] = PLANE_AND_SPACE

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        pooled = moments.scatters.sum(axis=0, keepdims=True) / moments.counts.sum()
        clipped, low = floor.clip_full(pooled)
        k = len(moments.counts)
        return np.repeat(clipped, k, axis=0), np.repeat(low, k)


class Diagonal(CovarianceFamily):
    """Σ_k = diag(W_k) / n_k."""

    letters = "VVI"
    names = ("diag", "diagonal")
    title = "Diagonal"
    summary = "own size and shape, axes parallel to the coordinates"
    decomposition = "VVI"
    dimensions = PLANE_AND_SPACE

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        variances = np.diagonal(moments.scatters, axis1=1, axis2=2) / moments.counts[:, None]
        clipped, low = floor.clip_diagonal(variances)
        return clipped[:, :, None] * np.eye(clipped.shape[1]), low


class TiedDiagonal(CovarianceFamily):
    """Σ_k = diag(Σ_j W_j) / n."""

    letters = "EEI"
    names = ("tied-diag",)
    title = "Tied diagonal"
    summary = "one size and shape for all, axes parallel to the coordinates"
    decomposition = "EEI"

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        scatter = np.diagonal(moments.scatters, axis1=1, axis2=2).sum(axis=0)
        clipped, low = floor.clip_diagonal(scatter[None] / moments.counts.sum())
        k = len(moments.counts)
        return np.repeat(clipped[:, :, None] * np.eye(clipped.shape[1]), k, axis=0), np.repeat(low, k)


class Spherical(CovarianceFamily):
    """Σ_k = λ_k I with λ_k = tr(W_k) / (d n_k)."""

    letters = "VII"
    names: tuple[str, ...] = ("spherical",)
    title = "Spherical"
    summary = "circles, each with its own size"
    decomposition = "VII"
    dimensions: tuple[int, ...] = PLANE_AND_SPACE

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        d = moments.scatters.shape[1]
        variances = np.trace(moments.scatters, axis1=1, axis2=2) / (d * moments.counts)
        clipped, low = floor.clip_spherical(variances)
        return clipped[:, None, None] * np.eye(d), low


class TiedSpherical(CovarianceFamily):
    """Σ_k = λ I with λ = Σ_j tr(W_j) / (d n): soft k-means."""

    letters = "EII"
    names = ("tied-spherical",)
    title = "Tied spherical"
    summary = "circles of one size"
    decomposition = "EII"

    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        k, d, _ = moments.scatters.shape
        traces = np.trace(moments.scatters, axis1=1, axis2=2)
        clipped, low = floor.clip_spherical(traces.sum(keepdims=True) / (d * moments.counts.sum()))
        return np.repeat(clipped[:, None, None] * np.eye(d), k, axis=0), np.repeat(low, k)


class Variable1D(Full):
    """σ²_k = W_k / n_k."""

    letters = "V"
    names: tuple[str, ...] = ()
    title = "Variable variance"
    summary = "every component has its own variance"
    decomposition = "VII"
    dimensions = (1,)


class Equal1D(Tied):
    """σ² = Σ_j W_j / n."""

    letters = "E"
    names = ()
    title = "Equal variance"
    summary = "all components share one variance"
    decomposition = "EII"
    dimensions = (1,)
