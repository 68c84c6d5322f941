"""What the canvases paint: each item is told what to show, compares, and paints itself into a frame."""
