"""A busy machine is no failure: examples have no time limit of their own."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
