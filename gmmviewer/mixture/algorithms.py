"""The variants of EM a course covers. Each says how responsibilities are assigned and what it guarantees.

To add an algorithm, write its class and put it in ``ALGORITHMS``; choosers, help, the command line and the
law tests follow.
"""

from __future__ import annotations

import math
from abc import ABC

from gmmviewer.mixture.assignment import SOFT, Assignment, Drawn, Hard, Tempered
from gmmviewer.mixture.prior import ConjugatePrior
from gmmviewer.mixture.sample import Sample

FIRST_BETA = 0.5  # inverse temperature of the first E-step; below about 0.3 all components melt into one
BETA_GROWTH = 1.1  # per iteration: 8 iterations until β = 1


class Algorithm(ABC):
    """A way to climb. ``objective``: what is plotted; ``climbs``: whether that never falls."""

    name: str
    title: str
    summary: str
    guarantee: str
    objective = "log-likelihood"
    climbs = True
    accelerates = False
    has_prior = False  # what it climbs is the log-likelihood and the log-density of a prior

    def assignment(self, iteration: int, seed: int) -> Assignment:
        """How the E-step of this iteration assigns points."""
        return SOFT

    def settled(self, iteration: int) -> bool:
        """Whether the objective is the same from this iteration on."""
        return True

    def prior(self, sample: Sample, k: int) -> ConjugatePrior | None:
        """The prior the M-step respects, if any."""
        return None

    def detail(self, iteration: int) -> str:
        """What to say about this iteration beside its number."""
        return ""


class PlainEM(Algorithm):
    """Expectation–maximisation (Dempster, Laird & Rubin 1977; Bishop 2006, section 9.2.2)."""

    name = "EM"
    title = "EM"
    summary = "responsibilities are posterior probabilities"
    guarantee = "The log-likelihood never falls."


class HardEM(Algorithm):
    """Classification EM (Celeux & Govaert 1992); with equal spheres and equal weights, k-means."""

    name = "hard"
    title = "Hard EM"
    summary = "every point belongs wholly to its most probable component"
    guarantee = "The classification likelihood never falls; the log-likelihood may."
    objective = "classification likelihood"

    def assignment(self, iteration: int, seed: int) -> Assignment:
        return Hard()


class StochasticEM(Algorithm):
    """Stochastic EM (Celeux & Diebolt 1985): a Markov chain around the maximum."""

    name = "stochastic"
    title = "Stochastic EM"
    summary = "every point is given to one component drawn from its responsibilities"
    guarantee = "Nothing is guaranteed to rise: watch the running mean; the best state is kept."
    climbs = False

    def assignment(self, iteration: int, seed: int) -> Assignment:
        return Drawn(seed, iteration)


class AnnealedEM(Algorithm):
    """Deterministic annealing EM (Ueda & Nakano 1998)."""

    name = "annealed"
    title = "Annealed EM"
    summary = "responsibilities begin flat and sharpen as the temperature falls to one"
    guarantee = "The free energy at a fixed temperature never falls; while it cools the curve may."
    objective = "free energy"

    def beta(self, iteration: int) -> float:
        """The inverse temperature β of an iteration, at most 1."""
        return min(1.0, FIRST_BETA * BETA_GROWTH**iteration)

    def assignment(self, iteration: int, seed: int) -> Assignment:
        beta = self.beta(iteration)
        return SOFT if beta == 1.0 else Tempered(beta)

    def settled(self, iteration: int) -> bool:
        return iteration >= math.log(1.0 / FIRST_BETA) / math.log(BETA_GROWTH)

    def detail(self, iteration: int) -> str:
        beta = self.beta(iteration)
        return f"β = {beta:.2f}" if beta < 1.0 else ""


class MapEM(Algorithm):
    """EM for the posterior of the parameters (Bishop 2006, section 9.3.4; Fraley & Raftery 2007)."""

    name = "MAP"
    title = "MAP-EM"
    summary = "a weak conjugate prior keeps components from collapsing"
    guarantee = "The log-posterior never falls."
    objective = "log-posterior"
    has_prior = True

    def prior(self, sample: Sample, k: int) -> ConjugatePrior | None:
        return ConjugatePrior.for_sample(sample, k)


class AcceleratedEM(Algorithm):
    """SQUAREM (Varadhan & Roland 2008): every second step leaps along the path of the last two."""

    name = "SQUAREM"
    title = "Accelerated EM"
    summary = "leaps ahead along EM's path, and takes the leap only if it is no loss"
    guarantee = "The log-likelihood never falls."
    accelerates = True


ALGORITHMS: tuple[Algorithm, ...] = (
    PlainEM(),
    HardEM(),
    StochasticEM(),
    AnnealedEM(),
    MapEM(),
    AcceleratedEM(),
)
EM = ALGORITHMS[0]


def algorithm(name: str | Algorithm) -> Algorithm:
    """The algorithm with this name, upper or lower case; ``ValueError`` lists the names there are."""
    if isinstance(name, Algorithm):
        return name
    for candidate in ALGORITHMS:
        if candidate.name.lower() == name.lower():
            return candidate
    raise ValueError(f"unknown algorithm '{name}'; use one of {', '.join(a.name for a in ALGORITHMS)}")
