"""Finds a browser for the tests of the page, installing one where that is possible.

An installed Chromium or Chrome is used; else, as root, Debian's package is installed;
else the browser that Playwright downloads. `python -m tests.browser --ready yes` does
that ahead of the tests; without any browser those tests fail with `NO_BROWSER`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "There is no Chromium or Chrome here, and none could be installed; install one, or "
    "leave these tests out with: make test BROWSER=no"
)
#: Nothing that would look anything up outside this machine.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Find an installed browser; an empty text means Playwright's own."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    cache = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright")
    )
    return "" if list(cache.glob("chromium*/INSTALLATION_COMPLETE")) else None


def install() -> None:
    """Try to install one; what fails is shown and does not end the tests."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-q"], ["install", "-q", "-y", "chromium"]):
            subprocess.run(  # noqa: S603 - fixed words
                ["apt-get", *arguments],  # noqa: S607 - found on the path just above
                env=quiet,
                stdout=subprocess.DEVNULL,
                check=False,
            )
    if find() is None:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=False
        )


def main() -> None:
    """Make a browser ready unless the tests that need one are left out."""
    if sys.argv[1:] == ["--ready", "no"] or find() is not None:
        return
    install()
    if find() is None:
        sys.stderr.write(f"{NO_BROWSER}\n")


if __name__ == "__main__":
    main()
