"""Canvases, curve, tables and controls: they compare the old snapshot with the new one, then draw."""
