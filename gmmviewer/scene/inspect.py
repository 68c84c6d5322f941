"""Everything the mixture says about one place."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmmviewer.mixture.arrays import FloatArray, frozen
from gmmviewer.mixture.density import mahalanobis
from gmmviewer.mixture.parameters import Mixture
from gmmviewer.scene.noise import Box, joint_in_box


@dataclass(frozen=True, eq=False)
class Readout:
    """What a mixture says about one place, in the units of the mixture.

    ``location`` (d,); ``density`` p(x) and its log; ``weighted`` (K,) the summands π_k N(x | μ_k, Σ_k);
    ``responsibilities`` (K,) their shares in p(x), both with one more for the noise if there is any;
    ``distances`` (K,) Mahalanobis distances to the means.
    """

    location: FloatArray
    density: float
    log_density: float
    weighted: FloatArray
    responsibilities: FloatArray
    distances: FloatArray

    @property
    def n_components(self) -> int:
        """K; responsibilities beyond belong to the noise."""
        return len(self.distances)


def readout(mixture: Mixture, location: ArrayLike, box: Box | None = None) -> Readout:
    """The mixture at one place (d,); a plain number will do in one dimension. The noise ends at ``box``."""
    place = np.reshape(np.asarray(location, dtype=np.float64), (1, -1))
    joint = joint_in_box(place.T, mixture, box)[:, 0]
    top = float(joint.max())
    shares = np.exp(joint - top)
    total = float(shares.sum())
    log_density = top + math.log(total)
    return Readout(
        location=frozen(place[0]),
        density=float(np.exp(log_density)),
        log_density=log_density,
        weighted=frozen(np.exp(joint)),
        responsibilities=frozen(shares / total),
        distances=frozen(mahalanobis(place, mixture)[0]),
    )
