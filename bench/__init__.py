"""Measurements of what a user waits for; run by ``make bench``."""
