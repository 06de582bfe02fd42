"""The configuration: `duebot.toml` and the environment, read once, checked whole.

The only module that reads the environment. A mistake is one sentence that names the
key and the file (`SettingsError`), never a traceback and never a secret.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ValidationError,
)
from pydantic_core import ErrorDetails
from rapidfuzz import process

from bot.tables import (
    AccessTable,
    AuthTable,
    BotTable,
    ConnectionTable,
    FileTables,
    HttpTable,
    PrivacyTable,
    SlackTable,
    StorageTable,
    SubscriptionTable,
    SyncTable,
)
from providers import provider_defaults
from providers.base import ConnectionConfig
from providers.errors import ProviderSetupError


class SettingsError(Exception):
    """The configuration cannot be used; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class SlackSecrets:
    """What the environment gives for Slack; never part of a representation."""

    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the bot is told from outside."""

    path: Path
    bot: BotTable
    slack: SlackTable
    http: HttpTable
    sync: SyncTable
    access: AccessTable
    privacy: PrivacyTable
    database: Path
    #: Finished deliveries and runs are forgotten after this long.
    keep_deliveries: timedelta
    connections: tuple[ConnectionConfig, ...]
    subscriptions: tuple[SubscriptionTable, ...]
    secrets: SlackSecrets = field(repr=False)
    #: Sentences for `duebot check`: it works, but should be otherwise.
    warnings: tuple[str, ...] = ()


def config_path(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Find the configuration file: as given, else ``$DUEBOT_CONFIG``, else here."""
    return given or Path(environ.get("DUEBOT_CONFIG") or "duebot.toml")


def read_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the file at *path* and the environment.

    Raises:
        SettingsError: anything is missing, unknown or cannot work.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"There is no configuration file {path}; write one (docs/configuration.md)"
            " or name it with --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"{path} cannot be read: {reason}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None
    return settings_from(tables, path=path, environ=environ)


def settings_from(
    tables: Mapping[str, Any], *, path: Path, environ: Mapping[str, str]
) -> Settings:
    """Check *tables*, as read from the file at *path*.

    Raises:
        SettingsError: anything is missing, unknown or cannot work.
    """
    try:
        file = FileTables.model_validate(tables)
    except ValidationError as error:
        raise SettingsError(_sentence(error.errors()[0], path)) from None
    if not file.connections:
        raise SettingsError(
            f"{path} names no connection; add a table such as [connections.i3d]."
        )
    resolver = _Secrets(path, environ)
    connections = tuple(
        _connection(name, table, resolver, path)
        for name, table in file.connections.items()
    )
    for number, subscription in enumerate(file.subscriptions, 1):
        for name in subscription.connections or ():
            if name not in file.connections:
                raise SettingsError(
                    f"subscriptions[{number}].connections in {path} names "
                    f'"{name}", which is not a connection; there is '
                    f"{', '.join(file.connections)}."
                )
    return Settings(
        path=path,
        bot=file.bot,
        slack=file.slack,
        http=file.http,
        sync=file.sync,
        access=file.access,
        privacy=file.privacy,
        database=_database(file.storage.url, path),
        keep_deliveries=file.storage.keep_deliveries,
        connections=connections,
        subscriptions=file.subscriptions,
        secrets=SlackSecrets(
            bot_token=environ.get("SLACK_BOT_TOKEN") or None,
            app_token=environ.get("SLACK_APP_TOKEN") or None,
            signing_secret=environ.get("SLACK_SIGNING_SECRET") or None,
            api_url=_api_url(environ.get("SLACK_API_URL")),
        ),
        warnings=tuple(resolver.warnings),
    )


class _Secrets:
    """Resolves ``env:NAME`` and ``file:PATH``; remembers what was written openly."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self.warnings: list[str] = []

    def resolve(self, key: str, value: str) -> str:
        if value.startswith("env:"):
            name = value.removeprefix("env:")
            found = self._environ.get(name)
            if not found:
                raise SettingsError(
                    f"{key} in {self._path} takes its value from the environment "
                    f"variable {name}, which is not set."
                )
            return found.strip()
        if value.startswith("file:"):
            file = self._path.parent / value.removeprefix("file:")
            try:
                found = file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is not text"
                raise SettingsError(
                    f"{key} in {self._path} names the file {file}, which cannot be "
                    f"read: {reason}."
                ) from None
            if not found:
                raise SettingsError(
                    f"{key} in {self._path} names the file {file}, which is empty."
                )
            return found
        self.warnings.append(
            f"{key} is written openly in {self._path}; write env:NAME or file:PATH."
        )
        return value.strip()


_SECRET_KEYS = ("client_secret", "private_key", "refresh_token", "token")


def _connection(
    name: str, table: ConnectionTable, secrets: _Secrets, path: Path
) -> ConnectionConfig:
    key = f"connections.{name}"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
        raise SettingsError(
            f"{key} in {path}: people type this name, so write letters, digits, "
            "- and _, beginning with a letter."
        )
    try:
        defaults = provider_defaults(table.provider)
    except ProviderSetupError as error:
        raise SettingsError(f"{key}.provider in {path}: {error}") from None
    auth: dict[str, str] = {}
    if table.auth is not None:
        for part, value in table.auth.model_dump(exclude_none=True).items():
            auth[part] = (
                secrets.resolve(f"{key}.auth.{part}", value)
                if part in _SECRET_KEYS
                else value
            )
    base_url = (table.base_url or defaults.base_url).rstrip("/")
    if not re.match(r"https?://[^/\s]+", base_url):
        raise SettingsError(
            f'{key}.base_url in {path} is "{base_url}"; write it as https://….'
        )
    return ConnectionConfig(
        name=name,
        provider=table.provider,
        label=table.label or defaults.label,
        base_url=base_url,
        timezone=table.timezone or ZoneInfo(defaults.timezone),
        currency=table.currency,
        payment_terms=table.payment_terms,
        since=table.since,
        portal=table.portal or defaults.portal,
        token=None
        if table.token is None
        else secrets.resolve(f"{key}.token", table.token),
        auth=auth,
    )


def _database(url: str, path: Path) -> Path:
    if not url.startswith("sqlite:") and "://" in url:
        raise SettingsError(
            f"storage.url in {path} names another database; this version keeps its "
            "data in SQLite alone, so write sqlite:///duebot.db (a path relative to "
            "this file)."
        )
    if not url.startswith("sqlite:///") or url == "sqlite:///":
        raise SettingsError(
            f"storage.url in {path} cannot be used; write it as sqlite:///duebot.db "
            "(a path relative to this file)."
        )
    database = path.parent / url.removeprefix("sqlite:///")
    if not database.parent.is_dir():
        raise SettingsError(
            f"storage.url in {path} names the folder {database.parent}, which does not "
            "exist; make it first."
        )
    return database


def _api_url(url: str | None) -> str:
    return (url or "https://slack.com/api/").rstrip("/") + "/"


def _sentence(error: ErrorDetails, path: Path) -> str:
    """Say a pydantic error as one sentence with its key; never with a value."""
    key = _key(error["loc"])
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = _nearest(str(error["loc"][-1]), _known_keys(error["loc"][:-1]))
            return f"{path} has an unknown key {key}{near}."
        case "missing":
            return f"{key} is missing in {path}."
        case "literal_error":
            problem = f" must be {context.get('expected')}"
        case "value_error":
            problem = f": {context.get('error')}"
        case "string_pattern_mismatch" if key.startswith("privacy.channels"):
            key = key.removesuffix(".[key]")
            problem = " must be a channel's Slack id such as C0BILLING, not a name"
        case "string_pattern_mismatch" if key.startswith("access.admins"):
            problem = " must be a person's Slack id such as U0AKIKO"
        case "string_pattern_mismatch" if key.endswith("channel"):
            problem = " must be a Slack id such as C0BILLING, not a name"
        case "string_pattern_mismatch":
            problem = " must be a three-letter code such as JPY"
        case _:
            problem = f": {error['msg'][0].lower()}{error['msg'][1:]}"
    return f"{key} in {path}{problem}."


def _key(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")


def _known_keys(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """List the keys of the table at *loc*."""
    tables: dict[str, type[BaseModel]] = {
        "bot": BotTable,
        "slack": SlackTable,
        "http": HttpTable,
        "storage": StorageTable,
        "sync": SyncTable,
        "access": AccessTable,
        "privacy": PrivacyTable,
        "connections": ConnectionTable,
        "subscriptions": SubscriptionTable,
    }
    if not loc:
        return tuple(FileTables.model_fields)
    if loc[-1] == "auth":
        return tuple(AuthTable.model_fields)
    return tuple(tables[str(loc[0])].model_fields)


def _nearest(word: str, known: tuple[str, ...]) -> str:
    """Say "; did you mean …?"-like what *word* may stand for, or nothing."""
    found = process.extractOne(word.lower(), known, score_cutoff=60)
    return f" (the nearest known one is {found[0]})" if found else ""
