"""Small plots of how well a model fits, painted like the canvases."""
