"""Simple Log Service 2020-12-30: projects."""
