"""One invoice in the sandbox's Slack: documents, history, why, files, news."""

import csv
import io
import json
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.person import Person
from tests.bot.exports.reading import pages_of
from tests.e2e.conftest import Bots, Sandbox, ready, until

Files = list[dict[str, Any]]


@pytest.fixture
async def bot(bots: Bots, akiko: Person) -> Bots:
    """A bot that is ready."""
    bots.start()
    await ready(bots, akiko)
    return bots


def number_of(bot: Bots, question: str) -> str:
    """The number of the last invoice of an answer."""
    return str(bot.ask(question, "--no-live")["invoices"][-1]["number"])


async def shared(akiko: Person, command: str, text: str) -> dict[str, Any]:
    """Ask, share, and find the message that everybody sees."""
    await akiko.command(command, text)
    private = [one for one in await akiko.answers() if one["ephemeral"]][-1]
    await akiko.click(private, "Share here")

    async def public() -> list[dict[str, Any]]:
        others = [one for one in await akiko.answers() if not one["ephemeral"]]
        head = private["blocks"][0]["title"]
        return [one for one in others if one["blocks"][0].get("title") == head]

    (message,) = await until(public, what="sharing")
    return message


def files_in(akiko: Person, message: dict[str, Any]) -> Callable[[], Awaitable[Files]]:
    async def found() -> Files:
        replies = (await akiko.thread(message))[1:]
        return [file for reply in replies for file in reply["files"]]

    return found


def direct_files(akiko: Person) -> Callable[[], Awaitable[Files]]:
    async def found() -> Files:
        messages = await akiko.answers(akiko.direct)
        threads = [await akiko.thread(each) for each in messages]
        return [f for thread in threads for reply in thread for f in reply["files"]]

    return found


async def told(akiko: Person) -> str:
    """Everything that only this person was told."""
    return json.dumps([m for m in await akiko.answers() if m["ephemeral"]])


async def test_a_statement_comes_into_the_thread_and_asked_again_is_linked_to(
    bot: Bots, akiko: Person
) -> None:
    number = number_of(bot, "/invoices lw")
    message = await shared(akiko, "/invoice", number)
    await akiko.click(message, "Statement PDF")
    came = files_in(akiko, message)
    (file,) = await until(came, what=f"the PDF; {bot.logs()[-3000:]}")
    assert file["name"] == f"statement-{number}.pdf"
    pages = pages_of(await akiko.download(file))
    assert all(page.count("Not the provider's document") == 2 for page in pages)
    text = "".join(pages)
    assert "蒼鷺ソリューションズ株式会社" in text
    assert "株式会社青鷺" in text
    assert number in text

    await akiko.click(message, "Statement PDF")

    async def linked() -> bool:
        said = await told(akiko)
        return f"/{file['id']}/" in said and "|Open it>" in said

    await until(linked, what=f"a link to the first; {bot.logs()[-3000:]}")
    assert len(await came()) == 1


async def test_the_providers_pdf_by_command_comes_into_the_direct_message(
    bot: Bots, akiko: Person
) -> None:
    number = number_of(bot, "/invoices i3d")
    await akiko.command("/invoice", f"{number} pdf")
    (file,) = await until(direct_files(akiko), what=f"the PDF; {bot.logs()[-3000:]}")
    assert file["name"] == f"{number}.pdf"
    assert (await akiko.download(file)).startswith(b"%PDF-")
    begun = [str(m["text"]) for m in await akiko.answers(akiko.direct)]
    assert f"PDF of {number}" in begun


async def test_a_file_by_command_comes_into_the_direct_message_under_its_question(
    bot: Bots, akiko: Person
) -> None:
    await akiko.command("/invoices", "2021 as csv")
    (file,) = await until(direct_files(akiko), what=f"the file; {bot.logs()[-3000:]}")
    text = (await akiko.download(file)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    answer = bot.ask("/invoices 2021", "--no-live")
    assert [row["id"] for row in rows] == [each["id"] for each in answer["invoices"]]
    assert len(rows) > 20
    begun = [str(m["text"]) for m in await akiko.answers(akiko.direct)]
    assert "Export of /invoices 2021" in begun
    assert "our direct message" in await told(akiko)


@pytest.mark.parametrize("form", ["json", "xlsx"])
async def test_a_file_of_a_mention_is_in_its_thread(
    bot: Bots, akiko: Person, form: str
) -> None:
    ts = await akiko.say(f"@duebot unpaid as {form}")

    async def found() -> Files:
        return [f for reply in await akiko.thread(ts) for f in reply["files"]]

    (file,) = await until(found, what=f"the file; {bot.logs()[-3000:]}")
    content = await akiko.download(file)
    if form == "json":
        written = json.loads(content)
        asked = bot.ask("/unpaid", "--no-live")
        assert written["invoices"] == asked["invoices"]
        assert written["totals"] == asked["totals"]
    else:
        assert content.startswith(b"PK")


async def test_an_answer_without_rows_brings_no_file(bot: Bots, akiko: Person) -> None:
    before = await direct_files(akiko)()
    await akiko.command("/unpaid", "over 900m eur as xlsx")

    async def is_told() -> bool:
        return "no rows, so there is no file" in await told(akiko)

    await until(is_told, what=f"a word; {bot.logs()[-3000:]}")
    assert await direct_files(akiko)() == before


async def test_a_terminal_says_how_a_file_is_made_there(bot: Bots) -> None:
    result = bot.run("ask", "/unpaid as csv", "--json", "--no-live")
    assert json.loads(result.stdout)["invoices"]
    said = "here: duebot export /unpaid --format csv -o invoices.csv"
    assert said in result.stderr


async def test_to_me_goes_to_the_direct_message_of_a_mention_too(
    bot: Bots, akiko: Person
) -> None:
    await akiko.say("@duebot unpaid as csv to me")
    (file,) = await until(direct_files(akiko), what=f"the file; {bot.logs()[-3000:]}")
    assert str(file["name"]).endswith(".csv")


async def test_the_pdfs_of_a_page_come_with_statements_where_there_are_none(
    bot: Bots, akiko: Person
) -> None:
    asked = bot.ask("/unpaid", "--no-live")["invoices"][:20]
    await akiko.command("/unpaid", "as pdf")

    async def all_of_them() -> Files:
        files = await direct_files(akiko)()
        return files if len(files) >= len(asked) else []

    files = await until(all_of_them, what=f"PDFs; {bot.logs()[-3000:]}", seconds=60)
    drawn = {f["name"] for f in files if str(f["name"]).startswith("statement-")}
    assert len(drawn) == sum(1 for each in asked if not each["has_pdf"])


async def test_history_and_changes_tell_what_real_readings_saw(
    bot: Bots, akiko: Person
) -> None:
    made = await akiko.post("world", do="issue", provider="i3dnet")
    number = str(made["number"])

    def history(event: str) -> Callable[[], Awaitable[dict[str, Any]]]:
        async def found() -> dict[str, Any]:
            answer = bot.ask(f"/invoice {number}", "--no-live")
            kinds = [each["event"] for each in answer.get("history", ())]
            return answer if event in kinds else {}

        return found

    await until(history("issued"), what=f"issue; {bot.logs()[-2000:]}")
    await akiko.post("world", do="amend", provider="i3dnet", number=number)
    await until(history("amended"), what=f"amendment; {bot.logs()[-2000:]}")
    await akiko.post("world", do="pay", provider="i3dnet", number=number)
    answer = await until(history("payment"), what=f"payment; {bot.logs()[-2000:]}")
    issued, amended, payment = answer["history"]
    changed = {each["field"]: each for each in amended["changes"]}
    assert changed["total"]["before"] == issued["total"]
    assert changed["total"]["after"] == payment["total"]

    await akiko.command("/invoice", f"{number} history")
    said = str((await akiko.answers())[-1]["blocks"])
    was, now = issued["total"], payment["total"]
    assert f"amended: total {Decimal(was):,} → {Decimal(now):,} EUR" in said
    assert "nothing left" in said

    await akiko.command("/invoices", "changes today i3d")
    said = str((await akiko.answers())[-1]["blocks"])
    assert "1 new, 1 payment, 1 amended" in said
    document = bot.ask("/invoices changes today i3d", "--no-live")
    assert {each["event"] for each in document["changes"]} == {
        "issued",
        "amended",
        "payment",
    }
    (new,) = [each for each in document["totals"] if each["event"] == "issued"]
    assert new["amount"] == issued["total"]


@pytest.mark.parametrize("connection", ["i3d", "swo", "lw"])
async def test_why_names_the_rules_and_splits_the_jump_to_the_cent(
    bot: Bots, akiko: Person, connection: str
) -> None:
    number = number_of(bot, f"/invoices {connection} 2026 -credit")
    answer = bot.ask(f"/invoice {number} why")
    (invoice,) = answer["invoices"]
    last = {each["about"]: each["gives"] for each in answer["why"]["rules"]}
    assert last["status"] == invoice["status"]
    assert last["due_on"] == invoice["due_on"]
    assert last["overdue"] == str(invoice["overdue_days"])
    jump = answer["why"]["jump"]
    parts = [Decimal(each["difference"]) for each in jump["lines"]]
    parts += [Decimal(jump["tax"]), Decimal(jump["rest"])]
    assert sum(parts, Decimal(0)) == Decimal(jump["difference"])
    for each in jump["lines"]:
        split = [Decimal(each[name]) for name in ("quantity", "price", "other")]
        assert sum(split, Decimal(0)) == Decimal(each["difference"])

    await akiko.command("/invoice", number)
    await akiko.click((await akiko.answers())[-1], "Why")
    window = await akiko.modal()
    assert "*Status: " in str(window)
    assert "*Overdue: " in str(window)


async def test_windows_lead_on_to_lines_and_the_pdf(bot: Bots, akiko: Person) -> None:
    number = number_of(bot, "/invoices lw")
    await akiko.command("/invoice", number)
    await akiko.click((await akiko.answers())[-1], "Lines")
    lines = await akiko.modal()
    assert "株式会社青鷺" in str(lines)
    assert "as the invoice says" in str(lines)


async def test_a_terminal_draws_it_all(bot: Bots) -> None:
    number = number_of(bot, "/invoices lw")
    lines = bot.run("ask", f"/invoice {number} lines", "--no-live").stdout
    assert "株式会社青鷺" in lines
    assert "as the invoice says" in lines
    why = bot.run("ask", f"/invoice {number} why", "--no-live").stdout
    assert "What changed the amount" in why
    history = bot.run("ask", f"/invoice {number} history", "--no-live").stdout
    assert "first seen" in history
    said = bot.run("ask", "/invoices changes today", "--no-live").stdout
    assert "What changed" in said
    file = bot.folder / "changes.json"
    question = "/invoices changes today"
    arguments = ("--format", "json", "-o", str(file), "--no-live")
    assert bot.run("export", question, *arguments).returncode == 0
    assert json.loads(file.read_text())["understood"]["show"] == "changes"


async def test_a_statement_is_written_for_those_who_see_it(
    bot: Bots, sandbox: Sandbox
) -> None:
    """Lena's Slack is Dutch: 1.234 for her alone, 1,234 where all read it."""
    number = number_of(bot, "/invoices lw")
    async with sandbox.person("U0LENA") as lena:
        await lena.command("/invoice", number)
        private = [one for one in await lena.answers() if one["ephemeral"]][-1]
        message = await shared(lena, "/invoice", number)
        for pressed, found, amount in (
            (message, files_in(lena, message), r"Total\s+\d+,\d{3} JPY"),
            (private, direct_files(lena), r"Total\s+\d+\.\d{3} JPY"),
        ):
            await lena.click(pressed, "Statement PDF")
            (file,) = await until(found, what=f"the PDF; {bot.logs()[-3000:]}")
            assert re.search(amount, "".join(pages_of(await lena.download(file))))
