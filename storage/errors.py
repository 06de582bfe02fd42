"""What can go wrong with the database, as sentences a person can act on."""

import sqlite3

#: What to do, by SQLite's primary result code (SQLite, "Result and Error Codes").
_ADVICE = {
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_BUSY: "see which other program keeps it locked",
    sqlite3.SQLITE_LOCKED: "see which other program keeps it locked",
    sqlite3.SQLITE_CORRUPT: "stop Duebot and restore a backup",
    sqlite3.SQLITE_NOTADB: "stop Duebot and restore a backup",
    sqlite3.SQLITE_IOERR: "check its disk and the room on it",
    sqlite3.SQLITE_CANTOPEN: "check that its folder exists and is writable",
}


class StorageError(Exception):
    """Base of every error this package raises; the message is a whole sentence."""


def cause_of(error: sqlite3.Error) -> str:
    """Say what SQLite said, and what to do: ``(disk is full); make room``."""
    code = getattr(error, "sqlite_errorcode", None)
    advice = None if code is None else _ADVICE.get(code & 0xFF)
    return f"({error})" if advice is None else f"({error}); {advice}"
