"""How an answer is wanted: as a chart, text or file; a part; what happened.

output = ["as"] ("chart" | "text" | "csv" | "xlsx" | "json" | "pdf") | "to me"
part   = "lines" | "history" | "why"      changes = "changes" | "what changed" | …
"""

from collections.abc import Mapping
from functools import partial

from rapidfuzz.distance import OSA

from bot.queries.draft import Draft
from bot.queries.model import File, Part
from bot.queries.reader import Reader, UnclearError
from bot.queries.states import ConflictError
from bot.queries.wording import mark, tr

_FILES: Mapping[str, File] = {
    "csv": "csv",
    "xlsx": "xlsx",
    "json": "json",
    "pdf": "pdf",
}
_PARTS: Mapping[str, Part] = {"lines": "lines", "history": "history", "why": "why"}
#: What is said to whoever asks for a file that nobody makes.
FORMATS = mark("I can make csv, xlsx, json, chart, text, and the provider's own pdf.")


def read_output(reader: Reader, draft: Draft) -> bool:
    """Read ``as chart``, ``xlsx to me``; without a grouping a chart is by month."""
    meaning = reader.meaning()
    start = reader.pos
    if meaning is None or meaning.kind != "output":
        return _refuse_other(reader)
    if meaning.value == "file":
        if not any(map(partial(_is_file, reader), reader.places)):
            raise _which_file(reader, meaning.length)
        reader.take(meaning.length)  # "export … as csv" says it twice
        return True
    reader.take(meaning.length)
    if meaning.value == "chart":
        draft.chart = True
    elif meaning.value == "text":
        draft.as_text = True
    elif meaning.value == "me":
        draft.to_me = True
    else:
        draft.set_once(reader, start, "file", _FILES[meaning.value])
    return True


def read_part(reader: Reader, draft: Draft) -> bool:
    """Read ``lines``, ``history``, ``why``: parts of one invoice."""
    meaning = reader.meaning()
    if meaning is None or meaning.kind != "part":
        return False
    start = reader.pos
    reader.take(meaning.length)
    draft.set_once(reader, start, "part", _PARTS[meaning.value])
    return True


def read_news(reader: Reader, draft: Draft) -> bool:
    """Read ``changes``, ``anything new``: what happened, not how things stand."""
    meaning = reader.meaning()
    if meaning is None or meaning.kind != "news":
        return False
    reader.take(meaning.length)
    draft.changes = True
    return True


def numbered_part(draft: Draft, number: str) -> Part | None:
    """Say which part of one invoice is wanted.

    Raises:
        ConflictError: It has no such part, or it cannot be sent so.
    """
    if draft.file not in (None, "pdf") or draft.chart or draft.as_text or draft.to_me:
        raise ConflictError(
            tr(
                "One invoice has a pdf, its lines, its history, and why its status is "
                "so."
            ),
            f"/invoice {number} pdf",
            f"/invoice {number} lines",
        )
    if draft.file and draft.part:
        raise ConflictError(
            tr("I can show one part of an invoice at a time."),
            f"/invoice {number} pdf",
            f"/invoice {number} {draft.part}",
        )
    return "pdf" if draft.file else draft.part


def _refuse_other(reader: Reader) -> bool:
    """Refuse ``as docx``; what is only mistyped is explained as such elsewhere."""
    if reader.peek().word != "as" or reader.peek(1).kind != "word":
        return False
    typed = reader.peek(1).word
    others = reader.lexicon.words.tables["other_file"]["names"]
    known = typed in others
    if typed == "of" or (reader.chatty and not known):
        return False
    if not known and _is_near(reader, typed):
        return False
    raise reader.unclear(
        tr(FORMATS), count=2, fixes=[("csv", "as csv"), ("xlsx", "as xlsx")]
    )


def _is_near(reader: Reader, typed: str) -> bool:
    """Tell a slip for a known output from a kind of file that is not made."""
    limit = 1 if len(typed) <= 4 else 2
    return any(
        OSA.distance(typed, known, score_cutoff=limit) <= limit
        for phrases in reader.lexicon.words.tables["output"].values()
        for known in phrases
        if " " not in known
    )


def _is_file(reader: Reader, place: int) -> bool:
    meaning = reader.lexicon.at(reader.tokens, place)
    return meaning is not None and meaning.kind == "output" and meaning.value in _FILES


def _which_file(reader: Reader, count: int) -> UnclearError:
    return reader.unclear(
        tr("As which file?"),
        count=count,
        fixes=[("csv", "as csv"), ("xlsx", "as xlsx"), ("json", "as json")],
    )
