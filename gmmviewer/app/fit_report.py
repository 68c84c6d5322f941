"""A fit as JSON and as a few lines of text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gmmviewer.app.encoding import encoded
from gmmviewer.data.points import PointSet
from gmmviewer.mixture.criteria import aic, aicc, bic, icl, n_parameters
from gmmviewer.mixture.crossvalidation import CrossValidation
from gmmviewer.mixture.fitting import Trace
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.restarts import Optimum, Restarts


@dataclass(frozen=True, eq=False)
class FitReport:
    """A fit and what else was asked about it: the name of its ``covariance``, the optima of ``restarts``, the
    log-likelihood of points it has not seen (``held_out``, ``folds``)."""

    trace: Trace
    covariance: str
    restarts: Restarts | None = None
    held_out: CrossValidation | None = None
    folds: CrossValidation | None = None


def as_json(report: FitReport) -> str:
    """The whole fit, in data units; numbers have 17 significant digits, so they read back bit for bit.

    Values describe the result: the last state, or the best one of an algorithm that does not climb.
    """
    trace = report.trace
    state, mixture = trace.result, trace.mixture
    content = {
        "n": state.n,
        "d": mixture.n_dimensions,
        "k": mixture.n_components,
        "covariance": report.covariance,
        "algorithm": state.plan.algorithm.name,
        "seed": trace.seed,
        "weights": mixture.weights.tolist(),
        "means": mixture.means.tolist(),
        "covariances": mixture.covariances.tolist(),
        "log_likelihood": state.log_likelihood,
        "log_likelihood_history": list(trace.log_likelihoods),
        "iterations": trace[-1].iteration,
        "stop_reason": trace.stop_reason.value,
        "n_parameters": n_parameters(state),
        "aic": aic(state),
        "bic": bic(state),
        "icl": icl(state),
        "events": list(_events(trace)),
        "aicc": aicc(state),
        "n_total": state.sample.total,
        "noise": _noise(mixture),
        "objective": state.objective,
        "objective_name": state.plan.algorithm.objective,
        "objective_history": list(trace.objectives),
        "result_iteration": state.iteration,
        "constraints": _constraints(trace),
        "floor": state.plan.floor,
        "restarts": None if report.restarts is None else _optima(report.restarts),
        "held_out": _validation(report.held_out),
        "folds": _validation(report.folds),
    }
    return encoded(content) + "\n"


def _events(trace: Trace) -> Iterator[dict[str, Any]]:
    for state in trace:
        for event in state.events:
            yield {
                "iteration": state.iteration,
                "kind": event.kind,
                "component": event.component,
                "amount": event.amount,
                "message": event.message,
            }


def _noise(mixture: Mixture) -> dict[str, float] | None:
    if mixture.noise is None:
        return None
    return {
        "weight": mixture.noise.weight,
        "density": math.exp(mixture.noise.log_density),
        "log_density": mixture.noise.log_density,
    }


def _constraints(trace: Trace) -> dict[str, Any]:
    ties = trace[0].plan.ties
    return {
        "weights": sorted(ties.weights),
        "means": sorted(ties.means),
        "covariances": sorted(ties.covariances),
        "shared_mean": ties.shared_mean,
        "equal_weights": ties.equal_weights,
    }


def _optima(many: Restarts) -> list[dict[str, Any]]:
    return [
        {
            "log_likelihood": optimum.log_likelihood,
            "objective": optimum.objective,
            "reached": optimum.reached,
            "seeds": list(optimum.seeds),
            "floored": optimum.floored,
            "best": optimum is many.best,
            "stop_reason": optimum.stop_reason.value,
            "weights": optimum.mixture.weights.tolist(),
            "means": optimum.mixture.means.tolist(),
            "covariances": optimum.mixture.covariances.tolist(),
            "noise": _noise(optimum.mixture),
        }
        for optimum in many.optima
    ]


def _validation(found: CrossValidation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "log_likelihood_per_point": found.per_point,
        "standard_error": found.standard_error,
        "folds": [fold.per_point for fold in found.folds],
        "n_total": [fold.total for fold in found.folds],
        "floored": sum(fold.floored for fold in found.folds),
    }


def summary(report: FitReport, points: PointSet) -> str:
    """What a person wants to read in the terminal."""
    trace = report.trace
    state, mixture = trace.result, trace.mixture
    lines = [
        f"{points.name}: n = {state.n}, {' × '.join(points.columns)}",
        f"K = {mixture.n_components}, covariance {report.covariance}, seed {trace.seed}: "
        f"{trace.stop_reason.value} after {trace[-1].iteration} iterations",
        f"log-likelihood {state.log_likelihood:.8f}   BIC {bic(state):.4f}   AIC {aic(state):.4f}",
    ]
    algorithm = state.plan.algorithm
    if state.objective != state.log_likelihood:
        lines.append(f"{algorithm.title}: {algorithm.objective} {state.objective:.8f}")
    for k in range(mixture.n_components):
        mean = ", ".join(f"{value:.6g}" for value in mixture.means[k])
        rows = "; ".join(", ".join(f"{value:.6g}" for value in row) for row in mixture.covariances[k])
        lines.append(f"  {k + 1}: weight {mixture.weights[k]:.6f}   mean ({mean})   covariance [{rows}]")
    if mixture.noise is not None:
        lines.append(f"  noise: weight {mixture.noise.weight:.6f}")
    lines.extend(_restart_lines(report.restarts))
    lines.extend(_validation_lines(report))
    lines.extend(sorted({event.message for state in trace for event in state.events}))
    return "\n".join(lines) + "\n"


def _restart_lines(many: Restarts | None) -> Iterator[str]:
    if many is None:
        return
    runs = sum(optimum.reached for optimum in many.optima) + len(many.failures)
    yield f"{runs} starts led to {len(many.optima)} optima:"
    for optimum in many.optima:
        yield _optimum_line(optimum, "*" if optimum is many.best else " ")


def _optimum_line(optimum: Optimum, mark: str) -> str:
    spurious = "   held by the floor" if optimum.floored else ""
    return (
        f"{mark} {optimum.objective:.6f}   {optimum.reached} times, first seed {optimum.seeds[0]}{spurious}"
    )


def _validation_lines(report: FitReport) -> Iterator[str]:
    if report.held_out is not None:
        yield f"held-out log-likelihood per point {report.held_out.per_point:.6f}"
    if report.folds is not None:
        found = report.folds
        yield (
            f"{len(found.folds)}-fold log-likelihood per point "
            f"{found.per_point:.6f} ± {found.standard_error:.6f}"
        )
