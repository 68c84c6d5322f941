"""Builders and waiting, shared by the tests."""
