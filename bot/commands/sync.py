"""`duebot sync`: one sync now."""

import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.app import opened_core
from bot.commands import StopError
from bot.settings import config_path, read_settings
from bot.tracking.outcome import ConnectionReport, SyncReport
from storage import doubts


async def sync(
    config: Path | None, names: list[str], *, as_json: bool, believe: bool = False
) -> int:
    """Read the named connections, or all; exit code 1 when one failed.

    With *believe* their lists count although they became much shorter.
    """
    settings = read_settings(config_path(config))
    known = [each.name for each in settings.connections]
    for name in names:
        if name not in known:
            raise StopError(
                f'there is no connection "{name}"; there is {", ".join(known)}.', code=2
            )
    console = Console(stderr=True)
    async with opened_core(settings) as core:
        for name in names if believe else ():
            if not await core.store.run(doubts.accept, name):
                raise StopError(
                    f"the list of {name} is not in doubt; there is nothing to believe.",
                    code=2,
                )
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,} read"),
            TimeElapsedColumn(),
            console=console,
            disable=as_json or not console.is_terminal,
        ) as progress:
            bars = {n: progress.add_task(n, total=None) for n in names or known}

            def advance(connection: str, documents: int) -> None:
                progress.update(bars[connection], completed=documents)

            reports = await core.syncer.sync(names or None, progress=advance)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(SyncReport(connections=reports)))
        sys.stdout.write("\n")
    else:
        Console().print(_table(reports))
    return 0 if all(each.ok and each.complete for each in reports) else 1


def _table(reports: list[ConnectionReport]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("connection")
    for heading in ("read", "issued", "amended", "payment", "withdrawn", "seconds"):
        table.add_column(heading, justify="right")
    table.add_column("outcome", overflow="fold")
    for each in reports:
        counts = (each.fetched, each.issued, each.amended, each.payment, each.withdrawn)
        table.add_row(
            each.connection,
            *(f"{count:,}" for count in counts),
            f"{each.seconds:.1f}",
            each.error or ("complete" if each.complete else "not complete"),
        )
    return table
