"""The model thread: frozen requests go out, frozen results come back."""
