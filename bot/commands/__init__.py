"""What `duebot` can be told to do; one module per command."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.exceptions import TyperException

from bot.log import redact, set_up_logs
from bot.settings import SettingsError
from providers.errors import ProviderSetupError
from storage.errors import StorageError

app = typer.Typer(
    name="duebot",
    help="Answers invoice questions in Slack and tells what changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration; default $DUEBOT_CONFIG, else ./duebot.toml.",
    ),
]
Live = Annotated[
    bool | None,
    typer.Option(
        "--live/--no-live",
        help="Read the providers first, or never; default: when figures are old.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Limit = Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")]


class StopError(Exception):
    """Stop with a sentence on stderr and an exit code."""

    def __init__(self, sentence: str, *, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def run(arguments: Sequence[str]) -> int:
    """Run a command line; return its exit code (0 done, 1 failed, 2 wrong usage)."""
    command = typer.main.get_command(app)
    try:
        result = command.main(
            args=list(arguments), prog_name="duebot", standalone_mode=False
        )
    except StopError as stop:
        return _say(str(stop), stop.code)
    except (SettingsError, ProviderSetupError) as error:
        return _say(str(error), 2)
    except StorageError as error:
        return _say(str(error), 1)
    except TyperException as error:
        return _say(error.format_message(), 2)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    return result if isinstance(result, int) else 0


def work(coroutine: Coroutine[Any, Any, int], *, quiet: bool = False) -> int:
    """Run the async part of a command, with logs set up; *quiet*: only errors."""
    _set_up_logs(coroutine, quiet=quiet)
    return asyncio.run(coroutine)


def serve(coroutine: Coroutine[Any, Any, int], *, quiet: bool = False) -> int:
    """Run a command that serves, as `work`, on the faster loop where there is one."""
    if sys.platform == "win32":  # uvloop is not made for it
        return work(coroutine, quiet=quiet)
    import uvloop  # noqa: PLC0415 - the other commands need not load it

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        _set_up_logs(coroutine, quiet=quiet)
        return runner.run(coroutine)


def _set_up_logs(coroutine: Coroutine[Any, Any, int], *, quiet: bool) -> None:
    try:
        set_up_logs(_environ(quiet=quiet))
    except SettingsError:
        coroutine.close()  # it is not to be run any more
        raise


def _environ(*, quiet: bool) -> dict[str, str]:
    environ = dict(os.environ)
    if quiet:
        environ["DUEBOT_LOG_LEVEL"] = environ.get("DUEBOT_LOG_LEVEL") or "ERROR"
    return environ


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"duebot: {redact(sentence)}\n")
    return code


@app.command()
def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The page's port.")
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page.")
    ] = True,
) -> int:
    """Start the sandbox and the bot against it, with no account and no network."""
    from bot.commands.demo import demo as start  # noqa: PLC0415 - loads the sandbox

    return serve(start(port=port, browser=browser), quiet=True)


@app.command(name="run")
def run_bot(config: Config = None) -> int:
    """Run the bot: Slack, scheduler, health endpoints."""
    from bot.commands.run import run as start  # noqa: PLC0415 - loads Slack's packages

    return serve(start(config))


@app.command()
def sync(
    config: Config = None,
    connection: Annotated[
        list[str] | None,
        typer.Option("--connection", metavar="NAME", help="Only this one; repeatable."),
    ] = None,
    as_json: AsJson = False,
    believe: Annotated[
        bool,
        typer.Option("--believe", help="Believe a list that became much shorter."),
    ] = False,
) -> int:
    """Read the providers now."""
    from bot.commands.sync import sync as start  # noqa: PLC0415 - loads the providers

    if believe and not connection:
        raise StopError("--believe needs --connection: whose list is true?", code=2)
    return work(
        start(config, connection or [], as_json=as_json, believe=believe), quiet=True
    )


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help='As in Slack: "/unpaid i3d".')],
    config: Config = None,
    live: Live = None,
    as_json: AsJson = False,
) -> int:
    """Answer one question without Slack."""
    from bot.commands.ask import ask as start  # noqa: PLC0415 - loads the providers

    return work(start(config, question, live=live, as_json=as_json), quiet=True)


@app.command()
def export(
    question: Annotated[str, typer.Argument(help='As in Slack: "/unpaid i3d".')],
    form: Annotated[
        Literal["csv", "xlsx", "json"], typer.Option("--format", help="Of the file.")
    ],
    file: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Replaced where there is one."
        ),
    ],
    config: Config = None,
    live: Live = None,
) -> int:
    """Write the invoices of one question to a file."""
    from bot.commands.export import export as start  # noqa: PLC0415 - loads providers

    return work(start(config, question, form=form, file=file, live=live), quiet=True)


@app.command()
def check(config: Config = None, as_json: AsJson = False) -> int:
    """Try the configuration, the database, every credential, Slack and the manifest."""
    from bot.commands.check import check as start  # noqa: PLC0415 - loads everything

    return work(start(config, as_json=as_json), quiet=True)


@app.command()
def manifest(
    url: Annotated[
        str | None,
        typer.Option(help="The public https address, for HTTP instead of Socket Mode."),
    ] = None,
) -> int:
    """Print the manifest of the Slack app."""
    from bot.commands.manifest import print_manifest  # noqa: PLC0415 - loads YAML

    return print_manifest(url)


@app.command()
def deliveries(  # noqa: PLR0913, PLR0917 - the options
    config: Config = None,
    uncertain: Annotated[
        bool, typer.Option("--uncertain", help="Only what may or may not be posted.")
    ] = False,
    channel: Annotated[
        str | None, typer.Option(metavar="ID", help="Only of this channel.")
    ] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
    sent: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Settle an uncertain one: it is in Slack."),
    ] = None,
    ts: Annotated[
        str | None,
        typer.Option(metavar="TS", help="With --sent: the message, for its thread."),
    ] = None,
    send_again: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Settle an uncertain one: it is not in Slack."),
    ] = None,
) -> int:
    """Show what was to be told, and what became of it; newest first."""
    from bot.commands.deliveries import (  # noqa: PLC0415 - loads views
        print_deliveries,
        settle,
    )

    if sent is not None and send_again is not None:
        raise StopError("--sent and --send-again say the opposite; give one.", code=2)
    if ts is not None and sent is None:
        raise StopError("--ts belongs to --sent.", code=2)
    settled = sent or send_again
    if settled is not None:
        return work(settle(config, settled, sent=sent is not None, ts=ts))
    return print_deliveries(
        config, uncertain=uncertain, channel=channel, limit=limit, as_json=as_json
    )


@app.command()
def events(
    config: Config = None,
    connection: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of this connection.")
    ] = None,
    invoice: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Only of this invoice.")
    ] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> int:
    """Show what happened, and by which deliveries it is told; newest first."""
    from bot.commands.events import print_events  # noqa: PLC0415 - loads the views

    return print_events(
        config, connection=connection, number=invoice, limit=limit, as_json=as_json
    )


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file to be made.")],
    config: Config = None,
) -> int:
    """Copy the database into FILE, also while the bot runs."""
    from bot.commands.backup import back_up  # noqa: PLC0415 - loads the settings

    return back_up(config, file)
