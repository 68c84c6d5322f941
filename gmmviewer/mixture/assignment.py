"""From joint log-densities to responsibilities: what an E-step assigns, and how sharply.

EM takes the posterior probabilities as they are, hard EM the most probable component, stochastic EM a draw
from them, deterministic annealing a flattened version. Everything else of the E-step is the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from gmmviewer.mixture.arrays import FloatArray

NEGLIGIBLE = -708.0  # exp() below this is denormal: slow, and nothing next to 1


@dataclass(frozen=True, eq=False)
class Assigned:
    """For a block of points: ``q`` (K, b) responsibilities whose columns sum to 1, the ``entropy`` (b,) of
    each column, and per point what the algorithm climbs, ``objective`` (b,), in nats."""

    q: FloatArray
    entropy: FloatArray
    objective: FloatArray


class Assignment(ABC):
    """A rule that turns joint log-densities into responsibilities."""

    @abstractmethod
    def assign(self, joint: FloatArray, log_density: FloatArray, first: int) -> Assigned:
        """``joint`` (K, b): log π_k N(x_i | θ_k); ``log_density`` (b,): log p(x_i); ``first``: the number
        of the block's first point, which makes random draws independent of the size of blocks."""


@dataclass(frozen=True)
class Soft(Assignment):
    """r_ik = π_k N(x_i | θ_k) / p(x_i) (Bishop 2006, eq. 9.13)."""

    def assign(self, joint: FloatArray, log_density: FloatArray, first: int) -> Assigned:
        logs = np.maximum(joint - log_density, NEGLIGIBLE)
        q = np.exp(logs)
        return Assigned(q, -(q * logs).sum(axis=0), log_density)


@dataclass(frozen=True)
class Tempered(Assignment):
    """q_ik ∝ (π_k N(x_i | θ_k))^β, 0 < β ≤ 1 (Ueda & Nakano 1998).

    Climbs the free energy (1/β) Σ_i log Σ_k (π_k N(x_i | θ_k))^β.
    """

    beta: float

    def assign(self, joint: FloatArray, log_density: FloatArray, first: int) -> Assigned:
        warm = self.beta * joint
        top = warm.max(axis=0)
        logs = np.maximum(warm - top, NEGLIGIBLE)
        q = np.exp(logs)
        total = q.sum(axis=0)
        q /= total
        log_total = np.log(total)
        entropy = log_total - (q * logs).sum(axis=0)
        return Assigned(q, entropy, (top + log_total) / self.beta)


@dataclass(frozen=True)
class Hard(Assignment):
    """One for the most probable component (Celeux & Govaert 1992); climbs Σ_i max_k log π_k N(x_i | θ_k)."""

    def assign(self, joint: FloatArray, log_density: FloatArray, first: int) -> Assigned:
        q = _one_hot(joint.argmax(axis=0), len(joint))
        return Assigned(q, np.zeros(joint.shape[1]), joint.max(axis=0))


@dataclass(frozen=True)
class Drawn(Assignment):
    """A draw from the posterior (Celeux & Diebolt 1985). The same seed and iteration give the same draw."""

    seed: int
    iteration: int

    def assign(self, joint: FloatArray, log_density: FloatArray, first: int) -> Assigned:
        q = np.exp(np.maximum(joint - log_density, NEGLIGIBLE))
        cumulative = np.cumsum(q, axis=0)
        u = self.uniforms(first, joint.shape[1]) * cumulative[-1]
        drawn = (cumulative <= u).sum(axis=0)
        q = _one_hot(np.minimum(drawn, len(joint) - 1), len(joint))
        return Assigned(q, np.zeros(joint.shape[1]), log_density)

    def uniforms(self, first: int, n: int) -> FloatArray:
        """The random numbers in [0, 1) of points ``first`` … ``first + n`` − 1."""
        source = np.random.Philox(key=[self.seed, self.iteration])
        source.advance(first // 4)  # a step of this counter makes four numbers
        return np.random.Generator(source).random(first % 4 + n)[first % 4 :]


SOFT = Soft()


def _one_hot(index: np.ndarray, k: int) -> FloatArray:
    q = np.zeros((k, len(index)))
    q[index, np.arange(len(index))] = 1.0
    return q
