"""Logs: one line an event, as JSON or for a terminal, without secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, TextIO

import structlog

from bot.settings import SettingsError

#: What must not stand in a log, wherever it came from: tokens of Slack and of the
#: providers, bearer credentials, private keys, IBANs (ISO 13616: two letters, two
#: digits, up to thirty characters, here without a space inside or in groups of four).
_SECRETS = re.compile(
    r"x(?:ox[a-z]|app|oxe)[-.][A-Za-z0-9.-]+"
    r"|(?i:bearer)\s+[^\s\"']+"
    r"|idt:TKN-[^\s\"']+"
    r"|-----BEGIN[^-]*PRIVATE KEY-----.*?(?:-----END[^-]*-----|$)"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
    re.DOTALL,
)

#: Libraries that say too much below this level (Bolt logs whole request bodies).
QUIET = {
    "slack_bolt": logging.ERROR,
    "slack_sdk": logging.WARNING,
    "apscheduler": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "uvicorn": logging.WARNING,
    "aiohttp": logging.WARNING,
    "fontTools": logging.WARNING,
    "fpdf": logging.WARNING,
}

#: What ``$DUEBOT_LOG`` and ``$DUEBOT_LOG_LEVEL`` may be.
FORMS = ("json", "console")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def redact(text: str) -> str:
    """Replace what must not be logged with ``[redacted]``."""
    return _SECRETS.sub("[redacted]", text)


def set_up_logs(environ: Mapping[str, str], stream: TextIO = sys.stderr) -> None:
    """Send every log line to *stream*, as ``$DUEBOT_LOG`` and its level say.

    Raises:
        SettingsError: one of the variables says something else than it may.
    """
    usual = "console" if stream.isatty() else "json"
    form = _chosen(environ, "DUEBOT_LOG", FORMS, usual)
    level = logging.getLevelNamesMapping()[
        _chosen(environ, "DUEBOT_LOG_LEVEL", LEVELS, "INFO")
    ]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_trace,
        structlog.processors.format_exc_info,
        _redacted,
    ]
    renderer: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.PositionalArgumentsFormatter(),
                *shared,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(level, quiet))


def _chosen(
    environ: Mapping[str, str], name: str, known: Sequence[str], usual: str
) -> str:
    """Read a variable that may be one of a few words, in any case; empty: *usual*."""
    said = (environ.get(name) or usual).casefold()
    for each in known:
        if each.casefold() == said:
            return each
    words = f"{', '.join(known[:-1])} or {known[-1]}"
    raise SettingsError(f"The environment variable {name} may be {words}.")


def _without_trace(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Say the cause, not the trace, when Slack's packages log that Slack is away."""
    if str(event.get("logger", "")).startswith(("slack_bolt", "slack_sdk")):
        info = event.get("exc_info")
        error = info[1] if isinstance(info, tuple) else info
        cause = _lost_connection(error)
        if cause is not None:
            del event["exc_info"]
            event["cause"] = type(cause).__name__
    return event


def _lost_connection(error: object) -> BaseException | None:
    """Find what says that Slack did not answer, or refused, behind *error*.

    The packages are told by name, since loading them takes half a second; they may fail
    themselves over an answer that is not JSON.
    """
    while isinstance(error, BaseException):
        package = type(error).__module__.partition(".")[0]
        if package in {"slack_sdk", "aiohttp"} or isinstance(error, OSError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _redacted(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
        elif isinstance(value, Exception):
            event[key] = redact(str(value))
    return event
