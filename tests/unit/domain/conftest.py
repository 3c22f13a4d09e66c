"""Property tests here are reproducible and have no deadline: they judge results, not speed."""

from hypothesis import settings

settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")
