"""Hard classification: each point goes to the component most responsible for it."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.joint import blocks, log_joint
from gmmviewer.mixture.parameters import Mixture

NOISE = -1  # the label of what belongs to no component


def hard_labels(columns: FloatArray, mixture: Mixture) -> IntArray:
    """arg max_k r_ik for points given as columns (d, n), in the units of the mixture; (n,), from 0.

    Points that the noise is most responsible for have the label ``NOISE``.
    """
    labels = np.empty(columns.shape[1], dtype=np.int64)
    for block in blocks(columns.shape[1], mixture.n_rows):
        labels[block] = log_joint(columns[:, block], mixture).argmax(axis=0)
    if mixture.noise is not None:
        labels[labels == mixture.n_components] = NOISE
    return labels
