"""Makes the environments of the witnesses: clients of the providers that others wrote.

They cannot live beside Duebot: one needs an older typer, the other a newer Python. Each
has an environment of its own in the repository's folder, installed from its own lock
file; `python -m tests.witnesses` makes what is missing or out of date, and `make test`
does that ahead of the tests.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Witness:
    """A package from elsewhere, its place, and the oldest Python that can run it."""

    package: str
    folder: str
    lock: str
    oldest: tuple[int, int]

    @property
    def bin(self) -> Path:
        """Where its commands and its interpreter are."""
        return ROOT / self.folder / "bin"

    def is_ready(self) -> bool:
        """Tell whether it is installed as its lock file says today."""
        mark = ROOT / self.folder / "installed"
        return mark.is_file() and mark.read_text(encoding="ascii") == self._wanted()

    def missing(self) -> str:
        """Say why it cannot be asked, and what to do."""
        if find_python(self.oldest) is None:
            needed = ".".join(map(str, self.oldest))
            return f"{self.package} needs Python {needed} or newer; there is none here."
        return f"{self.package} is not installed in {self.folder}; run make witnesses."

    def make(self) -> bool:
        """Install it anew; false where no Python here is new enough.

        Raises:
            subprocess.CalledProcessError: the environment could not be made.
        """
        python = find_python(self.oldest)
        if python is None:
            return False
        shutil.rmtree(ROOT / self.folder, ignore_errors=True)
        _run(python, "-m", "venv", self.folder)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(str(self.bin / "python"), *pip, "--require-hashes", "-r", self.lock)
        mark = ROOT / self.folder / "installed"
        mark.write_text(self._wanted(), encoding="ascii")
        return True

    def _wanted(self) -> str:
        return hashlib.sha256((ROOT / self.lock).read_bytes()).hexdigest()


#: Generates a client from an OpenAPI text.
GENERATOR = Witness(
    "openapi-python-client", ".venv-witness", "requirements-witness.lock", (3, 11)
)
#: SoftwareOne's own client.
OFFICIAL = Witness("mpt-api-client", ".venv-mpt", "requirements-mpt.lock", (3, 12))


def find_python(oldest: tuple[int, int]) -> str | None:
    """Find an interpreter that is new enough: this one, on the path, or pyenv's."""
    return next((each for each in _pythons() if _is_new_enough(each, oldest)), None)


def _pythons() -> Iterator[str]:
    yield sys.executable
    names = [f"python3.{minor}" for minor in range(12, 16)]
    yield from filter(None, map(shutil.which, names))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob("versions/3.*/bin/python")))


def _is_new_enough(python: str, oldest: tuple[int, int]) -> bool:
    """Ask the interpreter itself: one that pyenv only announces does not start."""
    question = f"import sys, venv; sys.exit(sys.version_info < {oldest})"
    asked = subprocess.run(  # noqa: S603 - an interpreter found on this machine
        [python, "-c", question], capture_output=True, check=False, timeout=30
    )
    return asked.returncode == 0


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own words


def main() -> int:
    """Make what is not ready; a Python that is too old is said and is no failure."""
    for witness in (GENERATOR, OFFICIAL):
        if witness.is_ready():
            continue
        try:
            made = witness.make()
        except subprocess.CalledProcessError:
            sys.stderr.write(f"{witness.package} could not be installed.\n")
            return 1
        if not made:
            sys.stderr.write(f"{witness.missing()} Its tests are skipped.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
