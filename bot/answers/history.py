"""What happened to one invoice, as it was seen. Pure."""

from dataclasses import dataclass
from datetime import datetime

from bot.tracking.events import DocumentEvent, Issued


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, and when it was seen."""

    at: datetime
    event: DocumentEvent


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was seen of one invoice, oldest first."""

    first_seen: datetime
    happenings: tuple[Happening, ...] = ()

    @property
    def was_known(self) -> bool:
        """Tell whether it was there when its connection was read for the first time.

        Only what came later is told as issued.
        """
        first = self.happenings[0].event if self.happenings else None
        return not (isinstance(first, Issued) and not first.again)
