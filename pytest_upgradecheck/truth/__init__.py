"""Readings of truth surfaces: what the platform reports about itself, over HTTP or through a team's plugin."""

from pytest_upgradecheck.truth.answer import Answer, Failure
from pytest_upgradecheck.truth.platform import PlatformTruth
from pytest_upgradecheck.truth.reading import Reading
from pytest_upgradecheck.truth.store import FolderStore, MemoryStore, ReadingStore

__all__ = ["Answer", "Failure", "FolderStore", "MemoryStore", "PlatformTruth", "Reading", "ReadingStore"]
