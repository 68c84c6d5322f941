"""Gaussian mixtures in one and more dimensions: a library of its own, with no window and no Qt.

>>> from gmmviewer.mixture import fit
>>> trace = fit([1.0, 2.0, 8.0, 9.0, 10.0], 2, covariance="tied", seed=1)
>>> trace.mixture.weights.round(1).tolist()
[0.4, 0.6]
"""

from gmmviewer.mixture.algorithms import ALGORITHMS, Algorithm, algorithm
from gmmviewer.mixture.constraints import Constraints
from gmmviewer.mixture.criteria import aic, aicc, bic, icl, n_parameters
from gmmviewer.mixture.density import (
    component_log_densities,
    log_density,
    log_likelihood,
    mahalanobis,
    responsibilities,
)
from gmmviewer.mixture.em import e_step, m_step, start_state, step
from gmmviewer.mixture.events import Event, StopReason
from gmmviewer.mixture.families import FAMILIES, CovarianceFamily, families, family
from gmmviewer.mixture.fitting import Trace, fit
from gmmviewer.mixture.parameters import Mixture, Noise
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sample import Sample
from gmmviewer.mixture.starts import STARTS
from gmmviewer.mixture.state import FitState, Stage
from gmmviewer.mixture.units import Units

__all__ = [
    "ALGORITHMS",
    "FAMILIES",
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
    "component_log_densities",
    "e_step",
    "families",
    "family",
    "fit",
    "icl",
    "log_density",
    "log_likelihood",
    "m_step",
    "mahalanobis",
    "n_parameters",
    "responsibilities",
    "start_state",
    "step",
]
