"""What is fitted and how, in one frozen value: family, algorithm, locks and ties, noise, floor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from gmmviewer.mixture.algorithms import EM, Algorithm
from gmmviewer.mixture.arrays import FloatArray
from gmmviewer.mixture.assignment import Assignment
from gmmviewer.mixture.constraints import FREE, Constraints
from gmmviewer.mixture.families import CovarianceFamily
from gmmviewer.mixture.floor import RELATIVE_FLOOR, Floor
from gmmviewer.mixture.parameters import WEIGHT_SUM_TOLERANCE, Mixture, Noise
from gmmviewer.mixture.prior import ConjugatePrior
from gmmviewer.mixture.sample import Sample

FIRST_NOISE = 0.05  # weight of the noise where a start does not say


@dataclass(frozen=True, eq=False)
class Plan:
    """``noise``: whether there is a uniform component; ``floor``: the smallest variance, as a fraction of the
    data's; ``seed`` of the draws of stochastic EM."""

    family: CovarianceFamily
    algorithm: Algorithm = EM
    constraints: Constraints = FREE
    noise: bool = False
    floor: float = RELATIVE_FLOOR
    seed: int = 0

    @classmethod
    def of(cls, choice: Plan | CovarianceFamily) -> Plan:
        """The plan itself, or plain EM for a family."""
        return choice if isinstance(choice, Plan) else cls(choice)

    @cached_property
    def ties(self) -> Constraints:
        """The constraints, with the one mean that families of scale mixtures imply."""
        return replace(self.constraints, shared_mean=True) if self.family.shared_mean else self.constraints

    def assignment(self, iteration: int) -> Assignment:
        """How the E-step of this iteration assigns points."""
        return self.algorithm.assignment(iteration, self.seed)

    def prior(self, sample: Sample, k: int) -> ConjugatePrior | None:
        """The prior on the parameters, if the algorithm has one."""
        return self.algorithm.prior(sample, k)

    def floor_of(self, sample: Sample) -> Floor:
        """The smallest covariance on these points."""
        if self.floor == RELATIVE_FLOOR:
            return sample.floor
        return Floor.relative_to(sample.variances, self.floor)

    def n_parameters(self, k: int, d: int) -> int:
        """Free weights, means and covariances, those not locked; noise adds its weight and its volume."""
        ties = self.ties
        weights = ties.n_free_weights(k, self.noise)
        free = ties.n_free_covariances(k)
        covariances = self.family.n_covariance_parameters(free, d) if free else 0
        return weights + ties.n_free_means(k, d) + covariances + self.noise

    def admitted(self, mixture: Mixture, sample: Sample) -> Mixture:
        """The mixture (standard units) as the plan allows it: above the floor, its ties made true, with or
        without noise. What is locked or fits already stays bit for bit."""
        raised, low = self.floor_of(sample).clip_full(mixture.covariances)
        covariances = raised if low.any() else mixture.covariances
        noise = None
        if self.noise:
            wanted = FIRST_NOISE if mixture.noise is None else mixture.noise.weight
            noise = Noise(min(wanted, self._left_by_locked(mixture.weights)), sample.log_uniform)
        weights = self._tied_weights(mixture.weights, 0.0 if noise is None else noise.weight)
        means = self._tied_means(mixture)
        same = covariances is mixture.covariances and weights is mixture.weights and means is mixture.means
        return mixture if same and noise == mixture.noise else Mixture(weights, means, covariances, noise)

    def with_noise(self, mixture: Mixture, sample: Sample) -> Mixture:
        """A mixture that knows no noise yet, with some if the plan has it: every weight gives its share."""
        if not self.noise:
            return mixture
        weights = (1.0 - FIRST_NOISE) * mixture.weights
        return Mixture(weights, mixture.means, mixture.covariances, Noise(FIRST_NOISE, sample.log_uniform))

    def _left_by_locked(self, weights: FloatArray) -> float:
        """1 − Σ of the locked weights, at least 0."""
        return max(1.0 - float(weights[self.ties.locked("weights", len(weights))].sum()), 0.0)

    def _tied_weights(self, weights: FloatArray, background: float) -> FloatArray:
        """Weights that sum to 1 − π_0, the locked ones as they are, the free ones equal if tied."""
        locked = self.ties.locked("weights", len(weights))
        left = max(self._left_by_locked(weights) - background, 0.0)
        free = float(weights[~locked].sum())
        if self.ties.equal_weights:
            equal = np.where(locked, weights, left / max(int((~locked).sum()), 1))
            return weights if np.array_equal(equal, weights) else equal
        if abs(free - left) <= WEIGHT_SUM_TOLERANCE:
            return weights
        return np.where(locked, weights, weights * (left / free) if free > 0 else left / len(weights))

    def _tied_means(self, mixture: Mixture) -> FloatArray:
        """One mean for all if it is shared: the locked one, else the mean of the mixture."""
        means = mixture.means
        if not self.ties.shared_mean or (means == means[0]).all():
            return means
        locked = self.ties.locked("means", len(means))
        one = means[locked.argmax()] if locked.any() else np.average(means, axis=0, weights=mixture.weights)
        return np.repeat(one[None], len(means), axis=0)
