"""What a covariance family is.

Names follow the eigen-decomposition Σ_k = λ_k D_k A_k D_kᵀ (Banfield & Raftery 1993; Celeux & Govaert 1995):
three letters for Volume λ_k, Shape A_k and Orientation D_k, each Equal, Variable or Identity.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from gmmviewer.mixture.arrays import BoolArray, FloatArray
from gmmviewer.mixture.families.charts import chart, unchart
from gmmviewer.mixture.families.sketches import Sketch, sketch
from gmmviewer.mixture.floor import Floor
from gmmviewer.mixture.moments import Moments

PLANE = (2,)
PLANE_AND_SPACE = (2, 3)  # 3 stands for three dimensions and more


class CovarianceFamily(ABC):
    """A set of covariance matrices over which the M-step maximises."""

    letters: str  # the field's name: "VVV", in one dimension "V"
    names: tuple[str, ...] = ()  # other names people type: "full"
    title: str  # what a lecturer calls it
    summary: str  # one line for the chooser
    decomposition: str  # volume, shape and orientation: E, V or I each
    dimensions: tuple[int, ...] = PLANE
    shared_mean = False  # a scale mixture: all components sit on one mean

    @abstractmethod
    def estimate(
        self, moments: Moments, floor: Floor, previous: FloatArray | None = None
    ) -> tuple[FloatArray, BoolArray]:
        """Covariances (K, d, d) that maximise Q above the floor, and which ones the floor held (K,).

        ``previous`` (K, d, d): the covariances before this M-step. Families that search for an orientation
        try its orientations too, so that Q never falls, and keep them where the moments have none.
        """

    @property
    def pooled(self) -> bool:
        """Whether one covariance serves all components."""
        return "V" not in self.decomposition

    @property
    def coupled(self) -> bool:
        """Whether components share part of their covariance only.

        Q then has a slope in each Σ_k alone, and the rounding of a thin slanted Σ_k shows in Q.
        """
        return "E" in self.decomposition and not self.pooled

    @property
    def compares_axes(self) -> bool:
        """Whether a column in other units gives another fit: what is a circle in one is none in another."""
        return self.decomposition in ("EII", "VII", "EVE", "VVE", "EEV", "VEV")

    @property
    def sketch(self) -> Sketch:
        """What the family allows, as three ellipses in the unit square (or three bell curves)."""
        return sketch(self.decomposition, line=1 in self.dimensions, shared_mean=self.shared_mean)

    def n_covariance_parameters(self, k: int, d: int) -> int:
        """Free parameters in K covariances of this family (Celeux & Govaert 1995, table 1)."""
        volume, shape, orientation = ({"E": 1, "V": k, "I": 0}[letter] for letter in self.decomposition)
        return volume + shape * (d - 1) + orientation * (d * (d - 1) // 2)

    def n_parameters(self, k: int, d: int) -> int:
        """All free parameters of a mixture: K−1 weights, Kd means (d if shared), and the covariances."""
        return (k - 1) + (1 if self.shared_mean else k) * d + self.n_covariance_parameters(k, d)

    def chart(self, covariances: FloatArray) -> FloatArray:
        """Coordinates (S, K, m) of S successive covariances (S, K, d, d) in which the family is flat.

        Every weighted sum of such coordinates (weights summing to 1) belongs to a member of the family again.
        """
        return chart(covariances, self.decomposition)

    def unchart(self, coordinates: FloatArray) -> FloatArray:
        """The member of the family (K, d, d) at these coordinates (K, m)."""
        return unchart(coordinates, self.decomposition)
