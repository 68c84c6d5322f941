"""Where EM begins: ways to share out the points among K components before the first E-step."""

from gmmviewer.mixture.starts.choosing import (
    STARTS,
    NamedStart,
    Start,
    from_labels,
    named_start,
    starting_mixture,
    starting_moments,
)
from gmmviewer.mixture.starts.seeds import kmeans_plus_plus, random_points

__all__ = [
    "STARTS",
    "NamedStart",
    "Start",
    "from_labels",
    "kmeans_plus_plus",
    "named_start",
    "random_points",
    "starting_mixture",
    "starting_moments",
]
