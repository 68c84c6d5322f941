"""A fit as JSON and as a few lines of text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from gmmviewer.data.points import PointSet
from gmmviewer.mixture.criteria import aic, bic, icl, n_parameters
from gmmviewer.mixture.fitting import Trace


def as_json(trace: Trace, covariance: str) -> str:
    """The whole fit, in data units; numbers have 17 significant digits, so they read back bit for bit."""
    state, mixture = trace[-1], trace.mixture
    content = {
        "n": state.n,
        "d": mixture.n_dimensions,
        "k": mixture.n_components,
        "covariance": covariance,
        "algorithm": "EM",
        "seed": trace.seed,
        "weights": mixture.weights.tolist(),
        "means": mixture.means.tolist(),
        "covariances": mixture.covariances.tolist(),
        "log_likelihood": state.log_likelihood,
        "log_likelihood_history": list(trace.log_likelihoods),
        "iterations": state.iteration,
        "stop_reason": trace.stop_reason.value,
        "n_parameters": n_parameters(state),
        "aic": aic(state),
        "bic": bic(state),
        "icl": icl(state),
        "events": list(_events(trace)),
    }
    return _encoded(content) + "\n"


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


def _encoded(value: Any) -> str:
    """JSON with every float as ``%.17g``; what is not finite becomes null."""
    if isinstance(value, dict):
        items = ",\n ".join(f"{json.dumps(key)}: {_encoded(item)}" for key, item in value.items())
        return "{" + items + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_encoded, value)) + "]"
    if isinstance(value, float):
        return f"{value:.17g}" if math.isfinite(value) else "null"
    return json.dumps(value)


def summary(trace: Trace, points: PointSet, covariance: str) -> str:
    """What a person wants to read in the terminal."""
    state, mixture = trace[-1], trace.mixture
    lines = [
        f"{points.name}: n = {state.n}, {' × '.join(points.columns)}",
        f"K = {mixture.n_components}, covariance {covariance}, seed {trace.seed}: "
        f"{trace.stop_reason.value} after {state.iteration} iterations",
        f"log-likelihood {state.log_likelihood:.8f}   BIC {bic(state):.4f}   AIC {aic(state):.4f}",
    ]
    for k in range(mixture.n_components):
        mean = ", ".join(f"{value:.6g}" for value in mixture.means[k])
        rows = "; ".join(", ".join(f"{value:.6g}" for value in row) for row in mixture.covariances[k])
        lines.append(f"  {k + 1}: weight {mixture.weights[k]:.6f}   mean ({mean})   covariance [{rows}]")
    lines.extend(sorted({event.message for state in trace for event in state.events}))
    return "\n".join(lines) + "\n"
