"""Fixtures for a running check, and the observation of its run."""
