"""What a picture consists of, as arrays: colours, ellipses, rasters, curves. No Qt in this room."""
