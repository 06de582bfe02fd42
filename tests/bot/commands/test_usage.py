"""Wrong usage of the command line: one sentence, exit code 2."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.commands import run

WRONG = {
    "an unknown command": (["nonsense"], "duebot: No such command 'nonsense'."),
    "an unknown option": (["sync", "--bad"], "duebot: No such option: --bad"),
    "a format that is none": (
        ["export", "/unpaid", "--format", "docx", "-o", "x"],
        "duebot: Invalid value for '--format': "
        "Value error, 'docx' is not one of 'csv', 'xlsx', 'json'.",
    ),
    "a folder that is not there": (
        ["export", "/unpaid", "--format", "csv", "-o", "nowhere/x.csv"],
        "duebot: there is no folder nowhere to write into.",
    ),
    "a question left out": (["ask"], "duebot: Missing argument 'question'."),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stderr holds one readable line, stdout nothing, and the exit code is 2."""
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{sentence}\n")


def test_no_command_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """`duebot` alone is answered with what there is, not with a traceback."""
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert "Commands:" in out + err


BROKEN = """
[connections.tokyo]
provider = "lineworks"
[connections.tokyo.auth]
kind = "{kind}"
client_id = "id"
client_secret = "env:SECRET"
service_account = "a.serviceaccount@example"
private_key = "env:SECRET"
"""
UNUSABLE = {
    "a token left out": ("token", "connections.tokyo.auth.token is missing"),
    "a private key that is none": (
        "service_account",
        "connections.tokyo.auth.private_key is no RSA private key",
    ),
}


@pytest.mark.parametrize(("kind", "problem"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_connection_that_cannot_work_names_key_and_file(
    kind: str,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is asked: exit 2, the key, the file, and no secret."""
    monkeypatch.setenv("SECRET", "not-a-key-but-a-secret")
    path = tmp_path / "duebot.toml"
    path.write_text(BROKEN.format(kind=kind), encoding="utf-8")
    assert run(["sync", "--config", str(path)]) == 2
    sentence = capsys.readouterr().err
    assert sentence.startswith(f"duebot: {path}: {problem}")
    assert "not-a-key" not in sentence


def test_each_finding_stays_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe or a file gets a line per finding, also where the path is long."""
    long_name = tmp_path / ("deep" * 30)
    long_name.mkdir()
    path = long_name / "duebot.toml"
    path.write_text(
        '[connections.i3d]\nprovider = "i3dnet"\ntoken = "open"\n'
        'base_url = "http://127.0.0.1:9"\n',
        encoding="utf-8",
    )
    assert run(["check", "--config", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok ", "warning ", "error ")) for line in lines)


class _Wall(BaseHTTPRequestHandler):
    """Answers what stands between us and Slack."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(502)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>bad gateway</html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
        """Say nothing."""


def test_a_wall_before_slack_is_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A gateway's error page is no word of Slack's about a token."""
    path = tmp_path / "duebot.toml"
    path.write_text(
        '[connections.i3d]\nprovider = "i3dnet"\ntoken = "open"\n'
        'base_url = "http://127.0.0.1:9"\n',
        encoding="utf-8",
    )
    server = HTTPServer(("127.0.0.1", 0), _Wall)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{server.server_port}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    try:
        assert run(["check", "--config", str(path)]) == 1
    finally:
        server.shutdown()
        server.server_close()
    assert capsys.readouterr().out.count("slack: Slack does not answer") == 2
