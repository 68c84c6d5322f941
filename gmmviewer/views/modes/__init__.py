"""The mouse modes: what press, drag and hover mean in each, one file per mode."""

from gmmviewer.session.choices import MouseMode
from gmmviewer.views.modes.draw import DrawMode
from gmmviewer.views.modes.edit import EditMode
from gmmviewer.views.modes.look import LookMode
from gmmviewer.views.modes.mode import Hover, Mode, Press, Table
from gmmviewer.views.modes.select import SelectMode

__all__ = ["Hover", "Mode", "Press", "Table", "modes"]


def modes() -> dict[MouseMode, Mode]:
    """One of each, for one canvas."""
    return {
        MouseMode.LOOK: LookMode(),
        MouseMode.DRAW: DrawMode(),
        MouseMode.SELECT: SelectMode(),
        MouseMode.EDIT: EditMode(),
    }
