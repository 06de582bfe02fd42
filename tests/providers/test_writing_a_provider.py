"""The page about writing a provider is followed to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILE = re.compile(r"^```\w+\n# file: (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Offline, with the build tool that is installed here.
INSTALL = (
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
    *("--no-deps", "--no-index", "--no-build-isolation"),
)
FIXTURE = """
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The page's files as written there, installed; and the environment with them."""
    folder = tmp_path_factory.mktemp("acme")
    page = (ROOT / "docs" / "writing-a-provider.md").read_text(encoding="utf-8")
    files = dict(FILE.findall(page))
    assert sorted(files) == [
        "duebot_acme/__init__.py",
        "pyproject.toml",
        "test_acme.py",
    ]
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    site = folder / "site"
    run(
        [*INSTALL, "--target", str(site), str(folder)],
        folder,
        dict(os.environ),
    )
    (folder / "duebot_acme" / "__init__.py").unlink()  # only the installed one is left
    return folder, os.environ | {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT)])}


def run(arguments: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter, arguments written here
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_is_known_once_it_is_installed(
    followed: tuple[Path, dict[str, str]],
) -> None:
    program = (
        "import providers; print(providers.known_providers(),"
        " providers.provider_defaults('acme').label)"
    )
    told = run(["-c", program], *followed)
    assert "'acme'" in told
    assert told.strip().endswith("Acme")


def test_the_example_passes_every_check(followed: tuple[Path, dict[str, str]]) -> None:
    folder, environment = followed
    (folder / "conftest.py").write_text(FIXTURE, encoding="utf-8")
    told = run(
        [
            "-m",
            "pytest",
            "-q",
            "-o",
            "anyio_mode=auto",
            "--rootdir",
            ".",
            "test_acme.py",
        ],
        folder,
        environment,
    )
    assert re.search(r"^\d\d passed", told, re.MULTILINE)
