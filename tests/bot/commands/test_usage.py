"""Wrong usage of the command line: one sentence, exit code 2."""

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import structlog

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


@pytest.fixture
def idle(tmp_path: Path) -> Path:
    """A configuration with one connection, which nobody asks here."""
    path = tmp_path / "duebot.toml"
    path.write_text(
        '[connections.i3d]\nprovider = "i3dnet"\ntoken = "open"\n'
        'base_url = "http://127.0.0.1:9"\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DUEBOT_LOG", "xml", "json or console"),
        ("DUEBOT_LOG_LEVEL", "NOPE", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    ],
)
@pytest.mark.parametrize("command", [["ask", "/unpaid", "--no-live"], ["run"]])
def test_a_log_that_cannot_be_is_a_sentence(  # noqa: PLR0917 - fixtures
    command: list[str],
    name: str,
    value: str,
    words: str,
    idle: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The variable and what it may be, before anything is done; exit code 2."""
    monkeypatch.setenv(name, value)
    assert run([*command, "--config", str(idle)]) == 2
    out, err = capsys.readouterr()
    sentence = f"duebot: The environment variable {name} may be {words}.\n"
    assert (out, err) == ("", sentence)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DUEBOT_LOG", "JSON"), ("DUEBOT_LOG_LEVEL", "debug"), ("DUEBOT_LOG_LEVEL", "")],
)
@pytest.mark.usefixtures("quiet_log")
def test_a_log_may_be_named_in_any_case(
    name: str, value: str, idle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it may be is taken in any case; empty is as if it were not set."""
    monkeypatch.setenv(name, value)
    assert run(["ask", "/unpaid", "--no-live", "--config", str(idle)]) == 0


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """Logging as it was before, when the test is over."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("quiet_log")
def test_help_as_json_is_help(idle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Help is an answer: its text, and exit code 0."""
    arguments = ["ask", "/unpaid help", "--no-live", "--json", "--config", str(idle)]
    assert run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"question", "help"}
    assert "/unpaid" in said["help"]
    assert "*" not in said["help"]


@pytest.mark.usefixtures("quiet_log")
@pytest.mark.parametrize("question", ["", "  "])
def test_no_question_is_exit_2(
    question: str, idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was asked, so nothing is answered, as JSON and in words."""
    arguments = ["ask", question, "--config", str(idle)]
    assert run([*arguments, "--json"]) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["error"] == "There is no question."
    assert "/unpaid" in said["hint"]
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"{said['error']} {said['hint']}\n"


@pytest.mark.usefixtures("quiet_log")
def test_a_refusal_stays_on_its_line(
    idle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a pipe no command is broken in two."""
    question = "/invoices 2021 " + "blueheron" * 12
    assert run(["ask", question, "--no-live", "--config", str(idle)]) == 2
    err = capsys.readouterr().err
    assert len(err) > 80
    assert err.count("\n") == 1
