"""``gmmviewer fit``: numbers without a window, and without Qt unless a picture is asked for."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gmmviewer.app.cli import UsageError, say
from gmmviewer.app.fit_report import FitReport, as_json, summary
from gmmviewer.app.inputs import (
    DEFAULT_SEED,
    Inputs,
    mistakes_told,
    read_constraints,
    read_fixed_mean,
    read_inputs,
    read_start,
)
from gmmviewer.app.progress import Counter
from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.beginning import beginning
from gmmviewer.mixture.cautions import cautions
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.crossvalidation import CrossValidation, held_out, k_fold
from gmmviewer.mixture.fitting import Trace, plan_for, run
from gmmviewer.mixture.floor import RELATIVE_FLOOR
from gmmviewer.mixture.labels import hard_labels
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.restarts import Restarts, attempt_trace, restarts
from gmmviewer.mixture.starts import Start


@dataclass(frozen=True, eq=False)
class _Job:
    """What is to be fitted, and from where."""

    inputs: Inputs
    k: int
    plan: Plan
    start: Start
    seed: int
    rule: StopRule
    fixed_mean: FloatArray | None


def run_fit(options: argparse.Namespace) -> int:
    """Fit as the options say and write what they ask for. Raises ``UsageError`` for every mistake."""
    with mistakes_told(options.file):
        _check_image_name(options.image)
        job = _job(options)
        trace, many = _fitted(job, options)
        name = options.covariance or (*job.plan.family.names, job.plan.family.letters)[0]
        report = FitReport(trace, name, many, *_validated(job, options))
        _write(options, job.inputs, report)
    return 0


def _job(options: argparse.Namespace) -> _Job:
    inputs = read_inputs(options)
    start, k = read_start(options, inputs)
    d = inputs.points.d
    fixed_mean = read_fixed_mean(options.fixed_mean, d)
    seed = DEFAULT_SEED if options.seed is None else options.seed
    noisy = options.noise or (isinstance(start, Mixture) and start.noise is not None)
    floor = RELATIVE_FLOOR if options.floor is None else options.floor
    constraints = read_constraints(options, k)
    plan = plan_for(
        d,
        options.covariance or "full",
        options.algorithm,
        constraints,
        fixed_mean is not None,
        noisy,
        floor,
        seed,
    )
    return _Job(inputs, k, plan, start, seed, StopRule(options.tol, options.max_iter), fixed_mean)


def _fitted(job: _Job, options: argparse.Namespace) -> tuple[Trace, Restarts | None]:
    """The fit, and the optima it is the best of if many starts were asked for."""
    sample = job.inputs.sample
    if options.restarts is None:
        generator = np.random.default_rng(job.seed)
        mixture = beginning(sample, job.k, job.plan, job.start, generator, job.fixed_mean)
        return run(sample, mixture, job.plan, job.rule, job.seed), None
    if not isinstance(job.start, str):
        raise ValueError("--restarts needs a start by name: labels or parameters are always the same")
    with Counter("starts") as counter:
        many = restarts(
            sample,
            job.k,
            job.plan,
            options.restarts,
            starts=(job.start,),
            seed=job.seed,
            rule=job.rule,
            fixed_mean=job.fixed_mean,
            workers=options.jobs,
            progress=counter.show,
        )
    assert many.best is not None
    best = many.best.attempts[0]
    return attempt_trace(sample, job.k, job.plan, best, job.rule, job.fixed_mean), many


def _validated(
    job: _Job, options: argparse.Namespace
) -> tuple[CrossValidation | None, CrossValidation | None]:
    """Held-out and k-fold log-likelihood, if asked for."""
    if options.holdout is None and options.folds is None:
        return None, None
    if not isinstance(job.start, str | Mixture):
        raise ValueError(
            "--holdout and --folds fit some of the points only: start by name or from parameters"
        )
    sample, k, plan = job.inputs.sample, job.k, job.plan
    held = many = None
    if options.holdout is not None:
        held = held_out(
            sample,
            k,
            plan,
            fraction=options.holdout,
            start=job.start,
            seed=job.seed,
            rule=job.rule,
            fixed_mean=job.fixed_mean,
        )
    if options.folds is not None:
        with Counter("folds") as counter:
            many = k_fold(
                sample,
                k,
                plan,
                options.folds,
                start=job.start,
                seed=job.seed,
                rule=job.rule,
                fixed_mean=job.fixed_mean,
                workers=options.jobs,
                progress=counter.show,
            )
    return held, many


def _write(options: argparse.Namespace, inputs: Inputs, report: FitReport) -> None:
    if options.json:
        text = as_json(report)
        if options.json == "-":
            say(text)
        else:
            write_text(options.json, text)
    if options.labels:
        labels = _labels_of_rows(inputs, report.trace).tolist()
        write_text(options.labels, "\n".join(map(str, labels)) + "\n")
    if options.image:
        from gmmviewer.app.picture import save_fit

        save_fit(Path(options.image), inputs.points, _up_to_result(report.trace))
    if options.json != "-":
        state = report.trace.result
        known = cautions(inputs.sample, state.plan, state.standard.n_components)
        say(summary(report, inputs.points) + "".join(f"{line}\n" for line in (*inputs.points.notes, *known)))


def _labels_of_rows(inputs: Inputs, trace: Trace) -> IntArray:
    """A label for every row of the file; −1 where a row had a missing value or belongs to the noise."""
    rows = inputs.complete_rows
    labels = np.full(len(rows), -1, dtype=np.int64)
    labels[rows] = hard_labels(inputs.sample.columns, trace.result.standard)
    return labels


def _up_to_result(trace: Trace) -> Trace:
    """The trace without what came after its best state."""
    return replace(trace, states=trace.states[: trace.states.index(trace.result) + 1])


def write_text(name: str, text: str) -> None:
    """Write a file; ``UsageError`` with its name where it cannot be."""
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as fault:  # a full disk does not say which file it was
        raise UsageError(f"{name}: {fault.strerror or fault}") from fault


def _check_image_name(name: str | None) -> None:
    if name and Path(name).suffix.lower() not in (".png", ".svg", ".pdf"):
        raise ValueError(f"--image {name}: the name must end in .png, .svg or .pdf")
