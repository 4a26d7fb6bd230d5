"""What the platform says of itself: readings of truth surfaces, over HTTP or from where a team's plugin finds them."""

from pytest_upgradecheck.truth.answer import Answer, Failure
from pytest_upgradecheck.truth.platform import PlatformTruth
from pytest_upgradecheck.truth.reading import Reading
from pytest_upgradecheck.truth.store import FolderStore, MemoryStore, ReadingStore

__all__ = ["Answer", "Failure", "FolderStore", "MemoryStore", "PlatformTruth", "Reading", "ReadingStore"]
