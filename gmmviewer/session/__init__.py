"""The snapshot that describes everything on screen, its pure edits and its history. No Qt in this room."""
