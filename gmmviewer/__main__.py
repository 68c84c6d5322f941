"""``python -m gmmviewer`` is the same as the ``gmmviewer`` command."""

import sys

from gmmviewer.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
