"""`duebot` on a command line: what it prints, and its exit codes."""

import csv
import json
import socket
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from sandbox.person import Person
from tests.e2e.conftest import Bots

MONEY = {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d+)?$"}
DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\d$"}
TEXT = {"type": ["string", "null"]}
INVOICE: dict[str, Any] = {
    "connection": {"enum": ["lw", "swo", "i3d"]},
    "provider": {"enum": ["lineworks", "softwareone", "i3dnet"]},
    "id": {"type": "string", "minLength": 1},
    "number": {"type": "string", "minLength": 1},
    "kind": {"enum": ["invoice", "credit_note"]},
    "period": {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d$"},
    "issued_on": DAY,
    "due_on": DAY,
    "paid_on": DAY,
    "due_basis": {"enum": ["provider", "terms", None]},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "net": MONEY,
    "tax": MONEY,
    "total": MONEY,
    "paid": MONEY,
    "balance": MONEY,
    "status": {
        "enum": [
            "unpaid",
            "part_paid",
            "paid",
            "nothing_due",
            "open_credit",
            "settled_credit",
            "unknown",
        ]
    },
    "provider_status": {"type": "string"},
    "overdue_days": {"type": "integer", "minimum": 0},
    "counterparty": TEXT,
    "description": TEXT,
    "has_pdf": {"type": "boolean"},
    "checks": {"type": "array", "items": {"type": "string"}},
}


def closed(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **more},
        "required": list(properties),
        "additionalProperties": False,
    }


TOTAL = closed(
    {
        "kind": {"enum": ["invoice", "credit_note"]},
        "currency": {"type": "string"},
        "invoices": {"type": "integer"},
        "total": MONEY,
        "balance": MONEY,
    }
)
UNDERSTOOD = [
    "show",
    "from",
    "to",
    "connections",
    "status",
    "overdue",
    "text",
    "currency",
    "min",
    "max",
    "sort",
    "limit",
]
ANSWER = closed(
    {
        "question": {"type": "string"},
        "understood": {"type": "object", "required": UNDERSTOOD},
        "as_of": {
            "type": "object",
            "additionalProperties": {
                "type": ["string", "null"],
                "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
            },
        },
        "totals": {"type": "array", "items": TOTAL},
        "invoices": {
            "type": "array",
            "items": closed(INVOICE, lines={"type": "array"}),
        },
        "problems": {
            "type": "array",
            "items": closed(
                {"connection": {"type": "string"}, "problem": {"type": "string"}}
            ),
        },
    },
    # Of one invoice alone, by its number.
    first_seen={"type": "string"},
    history={"type": "array"},
    care={"type": "object"},
)


def ask(bots: Bots, question: str, *more: str) -> dict[str, Any]:
    answer = bots.ask(question, *more)
    jsonschema.validate(answer, ANSWER)
    return answer


def test_the_four_questions_over_all_three_providers(bots: Bots) -> None:
    month = ask(bots, "/invoices 2021 8")
    assert {each["provider"] for each in month["invoices"]} == {
        "lineworks",
        "softwareone",
        "i3dnet",
    }
    assert (month["understood"]["from"], month["understood"]["to"]) == (
        "2021-08",
        "2021-08",
    )
    for each in month["invoices"]:
        assert (each["period"] or each["issued_on"][:7]) == "2021-08"

    unpaid = ask(bots, "/unpaid", "--no-live")
    assert {each["status"] for each in unpaid["invoices"]} == {"unpaid", "part_paid"}
    assert {each["kind"] for each in unpaid["invoices"]} == {"invoice"}

    overdue = ask(bots, "/overdue", "--no-live")
    late = [each["id"] for each in unpaid["invoices"] if each["overdue_days"]]
    assert sorted(each["id"] for each in overdue["invoices"]) == sorted(late)

    for invoice in month["invoices"]:
        one = ask(bots, f"/invoice {invoice['number']}", "--no-live")
        (found,) = one["invoices"]
        lines = found.pop("lines")
        assert found == invoice
        assert isinstance(lines, list)


def test_what_people_do_about_an_invoice_is_done_in_slack(bots: Bots) -> None:
    result = bots.run("ask", "/invoice F26-0000101 snooze 2w", "--no-live")
    assert result.returncode == 2
    assert "notes are done in Slack" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_question_that_is_not_understood_is_exit_2(bots: Bots) -> None:
    result = bots.run("ask", "/invoices 2021 13", "--json")
    assert result.returncode == 2
    said = json.loads(result.stdout)
    assert set(said) == {"question", "error", "hint"}
    assert "month 13" in said["error"]
    assert "/invoices 2021 12" in said["hint"]


def test_an_export_has_the_rows_of_the_answer_in_every_format(
    bots: Bots, tmp_path: Path
) -> None:
    answer = ask(bots, "/unpaid")
    expected = {each["id"]: each for each in answer["invoices"]}
    files = {form: tmp_path / f"unpaid.{form}" for form in ("csv", "xlsx", "json")}
    files["csv"].write_text("replaced", encoding="utf-8")
    for form, file in files.items():
        result = bots.run(
            "export", "/unpaid", "--format", form, "-o", str(file), "--no-live"
        )
        assert result.returncode == 0, result.stderr
        assert f"{len(expected)} documents" in result.stdout
    assert json.loads(files["json"].read_bytes()) == answer

    with files["csv"].open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [row["id"] for row in rows] == [each["id"] for each in answer["invoices"]]
    for row in rows:
        for name in ("number", "currency", "total", "balance", "issued_on", "status"):
            assert row[name] == (expected[row["id"]][name] or "")

    book = openpyxl.load_workbook(files["xlsx"])
    assert book["Invoices"].max_row == len(expected) + 1
    for total in answer["totals"]:
        values = list(book[f"Totals {total['currency']}"].values)
        assert values[1][:2] == ("invoice", total["invoices"])
        assert Decimal(str(values[1][3])) == Decimal(total["balance"])


def test_what_cannot_be_exported_is_a_sentence_and_leaves_the_file_alone(
    bots: Bots, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("as it was", encoding="utf-8")
    cases = {
        ("/invoices 2021 13", str(kept)): "month 13",
        ("help", str(kept)): "asks for help",
        ("/unpaid", str(tmp_path / "nowhere" / "x.json")): "no folder",
        ("/unpaid", str(tmp_path)): "is a folder",
    }
    for (question, file), said in cases.items():
        result = bots.run("export", question, "--format", "json", "-o", file)
        assert result.returncode == 2
        assert said in result.stderr
        assert "Traceback" not in result.stderr
        if file == str(kept):
            assert set(json.loads(result.stdout)) == {"question", "error", "hint"}
    assert kept.read_text(encoding="utf-8") == "as it was"
    assert [each.name for each in tmp_path.glob("*.json")] == ["kept.json"]


def test_a_sync_reports_each_connection(bots: Bots) -> None:
    result = bots.run("sync", "--json")
    assert result.returncode == 0, result.stderr
    reports = json.loads(result.stdout)["connections"]
    assert [each["connection"] for each in reports] == ["lw", "swo", "i3d"]
    for each in reports:
        assert list(each) == [
            "connection",
            "ok",
            "error",
            "complete",
            "requests",
            "fetched",
            "issued",
            "amended",
            "payment",
            "withdrawn",
            "unchanged",
            "seconds",
        ]
        assert each["ok"]
        assert each["complete"]
        assert each["fetched"] > 50
        assert each["issued"] == 0


async def test_a_failed_connection_leaves_the_others_alone(
    bots: Bots, akiko: Person
) -> None:
    await akiko.post("faults", target="i3dnet", kind="refused")
    result = bots.run("sync", "--json")
    assert result.returncode == 1
    reports = {r["connection"]: r for r in json.loads(result.stdout)["connections"]}
    assert "refused the key" in reports["i3d"]["error"]
    assert reports["swo"]["complete"]
    answer = ask(bots, "/unpaid", "--no-live")
    (problem,) = answer["problems"]
    assert problem["connection"] == "i3d"
    assert answer["as_of"]["i3d"] is None


def test_check_finds_everything_in_order(bots: Bots) -> None:
    result = bots.run("check", "--json")
    findings = json.loads(result.stdout)["findings"]
    assert [f for f in findings if f["level"] == "error"] == []
    assert result.returncode == 0
    whats = {each["what"] for each in findings}
    assert {"configuration", "database", "slack", "manifest"} <= whats
    assert {"connection lw", "connection swo", "connection i3d"} <= whats


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sync", "--connection", "nope"], "nope"),
        (["run", "--config", "missing.toml"], "missing.toml"),
        (["bogus"], "bogus"),
        (["manifest", "--url", "ftp://x"], "https"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    bots: Bots, arguments: list[str], said: str
) -> None:
    result = bots.run(*arguments)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_mistake_in_the_configuration_names_key_and_file(bots: Bots) -> None:
    bots.configure(more="\n[access]\nguest = true\n")
    for command in (["run"], ["sync"], ["ask", "/unpaid"], ["check"]):
        result = bots.run(*command)
        assert result.returncode == 2
        assert "access.guest" in result.stderr
        assert "duebot.toml" in result.stderr
        assert "guests" in result.stderr


@pytest.mark.parametrize(
    "command", ["demo", "run", "sync", "ask", "export", "check", "manifest"]
)
def test_help_on_every_level(bots: Bots, command: str) -> None:
    assert command in bots.run("--help").stdout
    result = bots.run(command, "--help")
    assert result.returncode == 0
    assert "Usage" in result.stdout


def test_a_refused_bot_token_ends_the_bot_at_once(bots: Bots) -> None:
    bots.more["SLACK_BOT_TOKEN"] = "xoxb-of-yesterday"
    result = bots.run("run")
    assert result.returncode == 2
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in result.stderr
    assert "xoxb-of-yesterday" not in result.stderr


def mistake(bots: Bots, *arguments: str) -> str:
    """Take the one sentence of a command that ends with 2."""
    result = bots.run(*arguments)
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    (sentence,) = [
        line for line in result.stderr.splitlines() if line.startswith("duebot: ")
    ]
    return sentence


def test_a_port_in_use_is_one_sentence(bots: Bots) -> None:
    bots.configure()
    with socket.create_server(("127.0.0.1", bots.http_port)):
        sentence = mistake(bots, "run")
        assert "http.port in" in sentence
        assert "duebot.toml" in sentence
        assert f"{bots.http_port} on 127.0.0.1 is in use by another program" in sentence
        sentence = mistake(bots, "demo", "--no-browser", "--port", str(bots.http_port))
        assert sentence.startswith(
            f"duebot: --port: port {bots.http_port} on 127.0.0.1"
        )


def test_a_host_of_another_machine_is_one_sentence(bots: Bots) -> None:
    bots.configure()
    path = bots.folder / "duebot.toml"
    plain = path.read_text(encoding="utf-8")
    for host in ("192.0.2.7", "::1", "x" * 70):
        text = plain.replace("[http]", f'[http]\nhost = "{host}"')
        path.write_text(text, encoding="utf-8")
        sentence = mistake(bots, "run")
        assert "http.host in" in sentence
        assert f"“{host}” is no IPv4 address or name of this machine" in sentence
