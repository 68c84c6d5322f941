"""Point sets, readers, built-in data sets and generators. No Qt in this room."""
