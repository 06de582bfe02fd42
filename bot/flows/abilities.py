"""Which of Slack's newer kinds of blocks the workspace takes: asked, learned, kept.

An acknowledgement is answered by nobody: a message that Slack refuses there is shown to
nobody. So Slack is asked once about a sample of each kind (``blocks.validate``, at the
start and once a day), every refusal of a message is learned from, and an answer without
feedback is drawn of what is known to be taken.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from bot.views.kit import (
    Block,
    Column,
    bar_chart,
    button,
    card,
    data_table,
    table,
    text_cell,
)
from bot.views.plainer import NATIVE, kinds_in, plainer
from storage import abilities
from storage.abilities import Ability
from storage.errors import StorageError
from storage.store import Store

log = structlog.get_logger(__name__)

#: Whether Slack takes blocks, ``None`` where it does not say.
Ask = Callable[[list[Block]], Awaitable[bool | None]]
#: A refusal that nobody confirms is believed for this long.
BELIEVED = timedelta(days=1)

_ROWS = [[text_cell("Invoice")], [text_cell("1")]]
SAMPLES: Mapping[str, Block] = {
    "data_table": data_table(_ROWS, "A sample"),
    "card": card(
        "sample",
        "A sample",
        subtitle="Unpaid",
        body="*Total* 1.00 EUR",
        buttons=[button("PDF", "first", "1"), button("Lines", "second", "1")],
    ),
    "table": table(_ROWS, [Column()]),
    "data_visualization": bar_chart(
        "A sample", ["1"], [("EUR", [1.0])], x_label="Invoice", y_label="Total"
    ),
}


def _real_now() -> datetime:
    return datetime.now(UTC)


class Abilities:
    """What is known of the workspace; one for the whole bot."""

    def __init__(
        self, store: Store | None = None, *, now: Callable[[], datetime] = _real_now
    ) -> None:
        self._store = store
        self._now = now
        self._known = {} if store is None else dict(store.read(abilities.every))
        #: Kinds that Slack itself says it takes: one message refused is its own fault.
        self._vouched: frozenset[str] = frozenset()
        self.refused: frozenset[str] = frozenset()
        #: What is left out where nobody would hear of a refusal.
        self.doubtful: frozenset[str] = frozenset()
        self._settle()

    def _settle(self) -> None:
        known = {kind: each.taken for kind, each in self._known.items()}
        self.refused = frozenset(k for k in NATIVE if known.get(k) is False)
        # A table is what every workspace had before the rest; without word it is taken.
        unknown = {k for k in NATIVE if k not in known and k != "table"}
        self.doubtful = self.refused | unknown

    def shaped(self, blocks: list[Block]) -> list[Block]:
        """Draw *blocks* as richly as the workspace is thought to take."""
        return plainer(blocks, self.refused)

    def is_doubtful(self, blocks: list[Block]) -> bool:
        """Tell whether nobody knows yet if the workspace takes *blocks*."""
        return bool(kinds_in(blocks) & (self.doubtful - self.refused))

    async def find_out(self, ask: Ask) -> None:
        """Ask Slack about a sample of each kind; what it does not say stays as it is.

        A refusal that is old and not confirmed is forgotten, so that it is tried again.
        """
        vouched = set()
        for kind, sample in SAMPLES.items():
            taken = await ask([sample])
            if taken is not None:
                await self._note(kind, taken=taken)
            elif self._is_stale(kind):
                del self._known[kind]
                self._settle()
            if taken:
                vouched.add(kind)
        self._vouched = frozenset(vouched)

    def _is_stale(self, kind: str) -> bool:
        known = self._known.get(kind)
        return (
            known is not None
            and not known.taken
            and self._now() - known.since > BELIEVED
        )

    async def learn(
        self, *, taken: Collection[str] = (), refused: Collection[str] = ()
    ) -> None:
        """Remember what became of a message with blocks of these kinds."""
        for kind in taken:
            await self._note(kind, taken=True)
        for kind in refused:
            if kind not in self._vouched:
                await self._note(kind, taken=False)

    async def _note(self, kind: str, *, taken: bool) -> None:
        known = self._known.get(kind)
        if (
            known is not None
            and known.taken == taken
            and (taken or not self._old(known))
        ):
            return
        if not taken:
            log.warning("Slack takes no such blocks here; drawn plainer", kind=kind)
        now = self._now()
        self._known[kind] = Ability(taken, now)
        self._settle()
        if self._store is None:
            return
        try:
            await self._store.run_aside(abilities.put, kind, taken=taken, now=now)
        except StorageError as error:
            log.warning("not kept which blocks Slack takes", cause=str(error))

    def _old(self, known: Ability) -> bool:
        return self._now() - known.since > BELIEVED / 2
