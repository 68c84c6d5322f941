"""Gaussian scale mixtures: all components share one mean and differ in scale, as wavelet coefficients do.

Their covariances are those of other families; the shared mean makes them families of their own.
"""

from __future__ import annotations

from gmmviewer.mixture.families.base import PLANE
from gmmviewer.mixture.families.plain import Full, Spherical, Variable1D
from gmmviewer.mixture.families.scaled import ScaledCopies


class ScaleIsotropic(Spherical):
    """Σ_k = s_k I about one mean."""

    letters = "scale-isotropic"
    names = ()
    title = "Scale mixture, isotropic"
    summary = "circles about one mean, each with its own size"
    dimensions = PLANE
    shared_mean = True


class ScaleScaled(ScaledCopies):
    """Σ_k = s_k C with |C| = 1, about one mean."""

    letters = "scale-scaled"
    title = "Scale mixture, scaled"
    summary = "one ellipse about one mean, enlarged and shrunk"
    shared_mean = True


class ScaleFree(Full):
    """Any Σ_k, about one mean."""

    letters = "scale-free"
    names = ()
    title = "Scale mixture, free"
    summary = "ellipses of any kind about one mean"
    dimensions = PLANE
    shared_mean = True


class Scale1D(Variable1D):
    """σ²_k = W_k / n_k, about one mean."""

    letters = "scale"
    title = "Scale mixture"
    summary = "own variances about one mean: a sharp peak with long tails"
    shared_mean = True
