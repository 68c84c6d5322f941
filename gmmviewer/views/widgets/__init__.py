"""Small controls that the views share; they know neither store nor snapshot."""
