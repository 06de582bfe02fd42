"""`duebot backup`: a copy of the database from which the bot can be started."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands import StopError
from bot.settings import config_path, read_settings
from storage import backup


def back_up(config: Path | None, file: Path) -> int:
    """Copy the database into *file*, which must not exist."""
    settings = read_settings(config_path(config))
    try:
        size = backup.copy(settings.database, file, now=datetime.now(UTC))
    except FileExistsError:
        raise StopError(
            f"{file} exists and is left as it is; name a file that does not.", code=2
        ) from None
    except OSError as error:
        raise StopError(
            f"{file} cannot be written ({error.strerror}); name a file in a folder "
            "that exists and has room.",
            code=2,
        ) from None
    sys.stdout.write(f"{file} holds the database ({size:,} bytes); keep it secret.\n")
    return 0
