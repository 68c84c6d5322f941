"""Gaussian mixtures in one and more dimensions: a library of its own, with no window and no Qt.

>>> from gmmviewer.mixture import fit
>>> trace = fit([1.0, 2.0, 8.0, 9.0, 10.0], 2, covariance="tied", seed=1)
>>> trace.mixture.weights.round(1).tolist()
[0.4, 0.6]
"""

from gmmviewer.mixture.algorithms import ALGORITHMS, Algorithm, algorithm
from gmmviewer.mixture.bootstrap import bootstrap_errors, draw
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.criteria import aic, aicc, bic, icl, n_parameters
from gmmviewer.mixture.crossvalidation import held_out, k_fold
from gmmviewer.mixture.density import (
    component_log_densities,
    log_density,
    log_likelihood,
    mahalanobis,
    responsibilities,
)
from gmmviewer.mixture.distribution import cdf, quantile
from gmmviewer.mixture.em import e_step, m_step, start_state, step
from gmmviewer.mixture.events import Event, StopReason
from gmmviewer.mixture.families import FAMILIES, CovarianceFamily, families, family
from gmmviewer.mixture.fitting import Trace, fit
from gmmviewer.mixture.matching import match
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.ratio_test import likelihood_ratio_test
from gmmviewer.mixture.remedies import REMEDIES
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import STARTS
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.mixture.surgery import merge, prune, split
from gmmviewer.mixture.units import Units

__all__ = [
    "ALGORITHMS",
    "FAMILIES",
    "REMEDIES",
    "STARTS",
    "Algorithm",
    "Constraints",
    "CovarianceFamily",
    "Event",
    "FitState",
    "Mixture",
    "Noise",
    "Plan",
    "Sample",
    "Stage",
    "StopReason",
    "Trace",
    "Units",
    "aic",
    "aicc",
    "algorithm",
    "bic",
    "bootstrap_errors",
    "cdf",
    "component_log_densities",
    "draw",
    "e_step",
    "families",
    "family",
    "fit",
    "held_out",
    "icl",
    "k_fold",
    "likelihood_ratio_test",
    "log_density",
    "log_likelihood",
    "m_step",
    "mahalanobis",
    "match",
    "merge",
    "n_parameters",
    "prune",
    "quantile",
    "responsibilities",
    "split",
    "start_state",
    "step",
]
