"""``gmmviewer select``: a table of criteria for every K and covariance family."""

from __future__ import annotations

import argparse

from gmmviewer.app.cli import say
from gmmviewer.app.fit_command import write_text
from gmmviewer.app.inputs import DEFAULT_SEED, Inputs, mistakes_told, read_inputs
from gmmviewer.app.progress import Counter
from gmmviewer.app.select_report import as_json, as_text
from gmmviewer.mixture.convergence import StopRule
from gmmviewer.mixture.families import families, family
from gmmviewer.mixture.fitting import plan_for
from gmmviewer.mixture.floor import RELATIVE_FLOOR
from gmmviewer.mixture.plan import Plan
from gmmviewer.mixture.sweep import CRITERIA, Cell, SweepTable, sweep

LARGEST_K = 1000


def run_select(options: argparse.Namespace) -> int:
    """Fit what the options ask for and write the table. Raises ``UsageError`` for every mistake."""
    with mistakes_told(options.file):
        ks = read_range(options.k)
        criteria = _criteria(options.criterion)
        inputs = read_inputs(options)
        seed = DEFAULT_SEED if options.seed is None else options.seed
        table = _table(options, ks, inputs, seed)
        _write(options, inputs, table, criteria, seed)
    return 0


def read_range(text: str) -> tuple[int, ...]:
    """The K in ``1:9``, ``2,3,5``, ``4`` or ``1:3,6``, rising; ``ValueError`` with advice."""
    ks: set[int] = set()
    for part in text.split(","):
        ends = [end.strip() for end in part.split(":")]
        if len(ends) > 2 or not all(end.isascii() and end.isdigit() and len(end) < 10 for end in ends):
            raise ValueError(f"--k {text}: write 1:9, 2,3,5 or 4")
        first, last = int(ends[0]), int(ends[-1])
        if not 1 <= first <= last <= LARGEST_K:
            raise ValueError(f"--k {text}: K lies between 1 and {LARGEST_K}, the smaller one first")
        ks.update(range(first, last + 1))
    return tuple(sorted(ks))


def _criteria(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(","))
    for name in names:
        if name not in CRITERIA:
            raise ValueError(f"unknown criterion '{name}'; use one of {', '.join(CRITERIA)}")
    return names


def _table(options: argparse.Namespace, ks: tuple[int, ...], inputs: Inputs, seed: int) -> SweepTable:
    plans = _plans(options, inputs.points.d, seed)
    done = 0
    with Counter("cells") as counter:

        def deliver(_cell: Cell) -> None:
            nonlocal done
            done += 1
            counter.show(done, len(ks) * len(plans))

        return sweep(
            inputs.sample,
            ks,
            plans,
            restarts=options.restarts,
            seed=seed,
            rule=StopRule(options.tol, options.max_iter),
            workers=options.jobs,
            deliver=deliver,
        )


def _plans(options: argparse.Namespace, d: int, seed: int) -> tuple[Plan, ...]:
    """A plan for each family that is named, in the order typed; no family twice."""
    floor = RELATIVE_FLOOR if options.floor is None else options.floor
    if options.covariance.strip().lower() == "all":
        chosen = [member for member in families(d) if not member.shared_mean]
    else:
        chosen = [family(name.strip(), d) for name in options.covariance.split(",")]
    distinct = {member.letters: member for member in chosen}.values()
    return tuple(
        plan_for(d, member, options.algorithm, noise=options.noise, floor=floor, seed=seed)
        for member in distinct
    )


def _write(
    options: argparse.Namespace, inputs: Inputs, table: SweepTable, criteria: tuple[str, ...], seed: int
) -> None:
    if options.json:
        text = as_json(table, inputs, options.algorithm, seed)
        if options.json == "-":
            say(text)
            return
        write_text(options.json, text)
    notes = "".join(f"{note}\n" for note in inputs.points.notes)
    say(as_text(table, inputs.points, criteria) + notes)
