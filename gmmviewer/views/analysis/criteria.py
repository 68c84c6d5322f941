"""By which number models are compared, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    """``key`` as the library names it; ``lower``: whether lower is better."""

    key: str
    title: str
    meaning: str
    lower: bool = True

    @property
    def direction(self) -> str:
        """Which way is better."""
        return "lower is better" if self.lower else "higher is better"


FOLDS = "folds"
CHOICES: tuple[Criterion, ...] = (
    Criterion("bic", "BIC", "−2 log L + parameters · log n (Schwarz 1978)"),
    Criterion("icl", "ICL", "BIC plus what hard labels cost: prefers groups that stand apart"),
    Criterion("aic", "AIC", "−2 log L + 2 · parameters (Akaike 1974): for prediction"),
    Criterion("aicc", "AICc", "AIC corrected for few points (Hurvich & Tsai 1989)"),
    Criterion(
        FOLDS,
        "Held-out log-likelihood",
        "The mean log-density of points that were left out, 5 folds; takes five times as long",
        lower=False,
    ),
)


def criterion(key: str) -> Criterion:
    """The criterion with this key, or BIC for a key of another version."""
    return next((choice for choice in CHOICES if choice.key == key), CHOICES[0])
