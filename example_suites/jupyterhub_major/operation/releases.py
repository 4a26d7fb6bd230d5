"""The two releases of JupyterHub, each in a virtual environment of its own, with the same pinned dependencies."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operation.home import HubError

OLD = "4.1.6"
NEW = "5.5.4"

SUITE = Path(__file__).resolve().parent.parent
CONSTRAINTS = SUITE / "constraints.txt"


@dataclass(frozen=True, slots=True)
class Releases:
    """The folder the releases are installed in. It outlives the hubs that run from it."""

    path: Path

    def program(self, release: str, name: str) -> str:
        """The path of a command of a release."""
        return str(self._environment(release) / "bin" / name)

    def surroundings(self, release: str) -> dict[str, str]:
        """The environment variables to run a release in: ours, without what would lead its Python elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        # `jupyterhub upgrade-db` calls `alembic`, and finds it by PATH only.
        path = os.pathsep.join([str(self._environment(release) / "bin"), os.environ.get("PATH", os.defpath)])
        return {**kept, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def install(self, say: Callable[[str], None]) -> None:
        """Install what is not installed yet, both releases at once."""
        with self._one_install():
            missing = [release for release in (OLD, NEW) if not self._is_installed(release)]
            if not missing:
                return
            began = time.monotonic()
            say(f"JupyterHub {' and '.join(missing)} are fetched into {self.path} (once, about 50 MB) ...")
            with ThreadPoolExecutor(len(missing)) as pool:
                # All are waited for before the first failure is told: none is left running.
                list(pool.map(self._install, missing))
            say(f"JupyterHub {' and '.join(missing)} installed in {time.monotonic() - began:.0f} s")

    def _install(self, release: str) -> None:
        environment = self._environment(release)
        shutil.rmtree(environment, ignore_errors=True)
        log = self.path / f"install-{release}.log"
        log.unlink(missing_ok=True)
        pip = [self.program(release, "python"), "-m", "pip", "install", "--disable-pip-version-check"]
        wanted = ["--only-binary", ":all:", "--constraint", str(CONSTRAINTS), f"jupyterhub=={release}"]
        for command in ([sys.executable, "-m", "venv", str(environment)], [*pip, *wanted]):
            with log.open("a", encoding="utf-8") as output:
                code = subprocess.call(
                    command,
                    env=self.surroundings(release),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            if code != 0:
                raise HubError(f"JupyterHub {release} cannot be installed: {_complaint(log)}; all of it is in {log}")
        self._mark(release).write_text(_wanted(release), encoding="utf-8")
        log.unlink()

    def _is_installed(self, release: str) -> bool:
        mark = self._mark(release)
        return mark.is_file() and mark.read_text(encoding="utf-8") == _wanted(release)

    def _environment(self, release: str) -> Path:
        return self.path / f"jupyterhub-{release}"

    def _mark(self, release: str) -> Path:
        """Written last: an environment without it is half installed, or of other dependencies."""
        return self._environment(release) / "installed"

    @contextmanager
    def _one_install(self) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise HubError(f"{self.path} is no folder: give another one with --releases") from None
        (self.path / ".gitignore").write_text("*\n", encoding="ascii")
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _wanted(release: str) -> str:
    return f"{release} {hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()}\n"


def _complaint(log: Path) -> str:
    """The line that says what is wrong, out of all that was written."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["nothing was said, so the disk may be full"])[-1].rstrip(".")
