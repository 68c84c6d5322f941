"""What the analyses remember from one session to the next."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings

from gmmviewer.session.document import LARGEST_K

MOST_STARTS, MOST_REPLICATES = 10_000, 100_000


class AnalysisSettings:
    """A typed face on ``QSettings``: whatever is unreadable counts as not remembered."""

    def __init__(self) -> None:
        form, scope = QSettings.defaultFormat(), QSettings.Scope.UserScope
        self._stored = QSettings(form, scope, "gmmviewer", "gmmviewer")

    def number(self, key: str, usual: int, low: int, high: int) -> int:
        """A remembered whole number, within its limits."""
        try:
            value = int(str(self._stored.value(f"analysis/{key}", usual)))
        except ValueError:
            return usual
        return min(max(value, low), high)

    def text(self, key: str, usual: str) -> str:
        """A remembered word."""
        return str(self._stored.value(f"analysis/{key}", usual))

    def names(self, key: str) -> frozenset[str] | None:
        """A remembered set of names, None if there is none."""
        value = self._stored.value(f"analysis/{key}")
        if value is None:
            return None
        return frozenset(name for name in str(value).split(",") if name)

    def remember(self, key: str, value: int | str | frozenset[str]) -> None:
        """Keep one of these."""
        kept = ",".join(sorted(value)) if isinstance(value, frozenset) else value
        self._stored.setValue(f"analysis/{key}", kept)

    def ks(self) -> tuple[int, int]:
        """The first and the last K to compare."""
        low = self.number("first_k", 1, 1, LARGEST_K)
        return low, max(self.number("last_k", 6, 1, LARGEST_K), low)

    def geometry(self, dialog: str) -> QByteArray:
        """The place of a dialog."""
        value = self._stored.value(f"analysis/{dialog}_geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    def remember_geometry(self, dialog: str, value: QByteArray) -> None:
        """Keep the place of a dialog."""
        self._stored.setValue(f"analysis/{dialog}_geometry", value)
