"""What `duebot check` found out, as a value."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; *next_step* says what to do, where there is something."""

    what: str
    level: Level
    finding: str
    next_step: str = ""
