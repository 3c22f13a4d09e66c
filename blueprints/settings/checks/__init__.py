"""Checks that compare settings with each other; each reports on its own."""
