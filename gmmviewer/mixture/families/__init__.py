"""Covariance families: each a class that turns moments into covariances.

To add a family, write its class and put it in ``FAMILIES``; choosers, help, the command line and the law
tests follow.
"""

from gmmviewer.mixture.families.base import CovarianceFamily
from gmmviewer.mixture.families.plain import Full
from gmmviewer.mixture.families.registry import FAMILIES, families, family
from gmmviewer.mixture.families.sketches import BellSketch, EllipseSketch, Sketch

__all__ = [
    "FAMILIES",
    "BellSketch",
    "CovarianceFamily",
    "EllipseSketch",
    "Full",
    "Sketch",
    "families",
    "family",
]
