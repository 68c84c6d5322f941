"""What there is to say about one action of the program."""

from __future__ import annotations

from dataclasses import dataclass

from gmmviewer.app import allowed
from gmmviewer.app.allowed import Rule


@dataclass(frozen=True)
class ActionSpec:
    """``id`` names the method that does it; ``keys`` in Qt's portable spelling, the first shown in menus.

    ``menu`` is the menu it stands in ("" for none), ``icon`` a file in resources/icons ("" for none),
    ``help`` one sentence for tooltip and help sheet; ``checkable`` actions show a state.
    """

    id: str
    text: str
    menu: str
    help: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    allowed: Rule = allowed.always
    checkable: bool = False
    group: int = 0
