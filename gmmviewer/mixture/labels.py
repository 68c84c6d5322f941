"""Hard classification: each point goes to the component most responsible for it."""

from __future__ import annotations

import numpy as np

from gmmviewer.mixture.arrays import FloatArray, IntArray
from gmmviewer.mixture.expectation import blocks, log_joint
from gmmviewer.mixture.parameters import Mixture


def hard_labels(columns: FloatArray, mixture: Mixture) -> IntArray:
    """arg max_k r_ik for points given as columns (d, n), in the units of the mixture; (n,), from 0."""
    labels = np.empty(columns.shape[1], dtype=np.int64)
    for block in blocks(columns.shape[1], mixture.n_components):
        labels[block] = log_joint(columns[:, block], mixture).argmax(axis=0)
    return labels
