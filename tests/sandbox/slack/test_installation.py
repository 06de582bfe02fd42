from pathlib import Path

from sandbox.slack.installation import DUEBOT, read_manifest

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


def test_the_demo_installs_what_the_manifest_declares() -> None:
    assert read_manifest(MANIFEST.read_text()) == DUEBOT
