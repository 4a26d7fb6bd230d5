"""Settings of the unit tests."""

from hypothesis import settings

# The time of one example depends on what else the machine does; no test asserts on it.
settings.register_profile("upgradecheck", deadline=None)
settings.load_profile("upgradecheck")
