"""Texts for people: each is in the catalogue, and each is said from one.

A made-up language writes all of our texts in full-width letters; whatever stays in
ours afterwards is a name, a number or a command.
"""

import ast
import asyncio
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.queries import wording
from bot.views import words
from storage.store import Store
from tests.bot.queries.sampling import Replying, keep_samples
from tests.bot.queries.test_samples import SAMPLES
from tests.messages import KEYWORDS, ROOT, TEMPLATE, collect, written

#: Esperanto: a language with numbers and dates of its own that nobody translates to.
LANGUAGE = "eo"
_KEPT = re.compile(r"(\{\w*\}|`[^`]*`|&\w+;|\\n)")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code).isalpha()}
#: What is nobody's text: code and links, labels that are commands, names and numbers.
_NOT_TEXT = (
    r"`[^`]*`",
    r"```.*?```",
    r"<[^>]*>",
    r"\[/[^\]]*\]",
    r"/(?:invoices?|unpaid|overdue)\b[^\n]*",
    r"[\w&;.-]*\d[\w.-]*",
    r"\b(?:SoftwareOne(?: Japan)?|LINE WORKS|i3D\.net|Duebot)\b",
    r"\b(?:Contoso (?:KK|Europe BV)|Northwind|Fabrikam|Game servers)\b",
    r"\b(?:PDF|CSV|JSON|XLSX|EUR|JPY|USD|swo|lw|i3d|csv|xlsx)\b",
)


def translated(text: str) -> str:
    """Write a text in wide letters, but for its fields and commands."""
    return "".join(
        part if _KEPT.fullmatch(part) else part.translate(_WIDE)
        for part in _KEPT.split(text)
    )


@cache
def compiled() -> bytes:
    """The catalogue of the made-up language, as gettext reads it."""
    catalog = Catalog(locale=LANGUAGE)
    for message in collect():
        if isinstance(message.id, tuple):
            catalog.add(message.id, tuple(map(translated, message.id)))
        elif message.id:
            catalog.add(message.id, translated(str(message.id)))
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[words.Speech]:
    """The made-up language, found as any catalogue is."""
    place = tmp_path / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "duebot.mo").write_bytes(compiled())
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    words._speech.cache_clear()
    found = words.speech(LANGUAGE)
    assert found is not None
    assert found.texts is not None
    yield found
    words._speech.cache_clear()


def test_the_catalogue_has_every_text() -> None:
    """``python -m tests.messages`` writes it anew."""
    assert TEMPLATE.read_text(encoding="utf-8") == written(collect())


def written_in(path: Path) -> Iterator[Any]:
    """Every text that the code of a file gives to the functions of `KEYWORDS`."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        places = KEYWORDS.get(name) or (1,)
        given = [call.args[at - 1] for at in places if at <= len(call.args)]
        texts = tuple(each.value for each in given if isinstance(each, ast.Constant))
        if name in KEYWORDS and len(texts) == len(places):
            yield texts if len(texts) > 1 else texts[0]


def test_the_catalogue_misses_no_text() -> None:
    """As it would within an f-string, or beside a variable called as a keyword is."""
    found = {message.id for message in collect()}
    singular = {each if isinstance(each, str) else each[0] for each in found}
    texts = [
        each
        for package in ("answers", "exports", "flows", "listeners", "queries", "views")
        for path in (ROOT / "bot" / package).rglob("*.py")
        for each in written_in(path)
    ]
    assert len(texts) > 500
    assert [e for e in texts if e not in found and e not in singular] == []


def test_no_text_is_both_alone_and_in_two_numbers() -> None:
    """gettext gives for such a one its singular, however many there are."""
    texts = {each for path in (ROOT / "bot").rglob("*.py") for each in written_in(path)}
    alone = {each for each in texts if isinstance(each, str)}
    counted = {one for each in texts if isinstance(each, tuple) for one in each}
    assert alone & counted == set()


def test_a_text_is_said_from_the_catalogue(language: words.Speech) -> None:
    with words.speaking(language):
        assert words.late(1) == "1 ｄａｙ ｌａｔｅ"
        assert words.late(1200) == "1 200 ｄａｙｓ ｌａｔｅ".replace(" ", "\xa0", 1)
        assert wording.tr("never") == "ｎｅｖｅｒ"
    assert words.late(2) == "2 days late"


#: Where blocks hold what people see.
_SHOWN = {
    *("text", "blocks", "elements", "fields", "rows", "accessory", "placeholder"),
    *(
        "options",
        "option_groups",
        "title",
        "caption",
        "subtitle",
        "body",
        "label",
        "actions",
        "hint",
    ),
}


def texts_of(value: Any) -> Iterator[str]:
    """Every text in blocks that people see."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key in {"text", "title", "caption"} and isinstance(each, str):
                yield each
            elif key in _SHOWN:
                yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def left_over(text: str) -> list[str]:
    """List the words of a text that come from no catalogue."""
    for pattern in _NOT_TEXT:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    return re.findall(r"(?<!\w)[A-Za-z][a-z]{2,}", text)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """What the samples speak of."""
    store = Store(tmp_path_factory.mktemp("wording") / "duebot.db")
    asyncio.run(keep_samples(store))
    yield store
    store.close()


@pytest.mark.parametrize("row", SAMPLES, ids=[row["text"] for row in SAMPLES])
async def test_a_reply_is_in_the_language_that_is_spoken(
    row: dict[str, Any], language: words.Speech, sampled: Store
) -> None:
    replying = Replying(sampled, locale=LANGUAGE)
    reply = await replying.to(row["text"], row.get("after"))
    found = {
        word
        for text in [reply.message.text, *texts_of(reply.message.blocks)]
        for word in left_over(text)
    }
    assert any("Ａ" <= each <= "ｚ" for each in reply.message.text), "of the catalogue"
    assert not found - months(language)


def months(spoken: words.Speech) -> set[str]:
    """The names of months and days, which CLDR knows."""
    return {
        str(name).rstrip(".")
        for of in (spoken.locale.months, spoken.locale.days)
        for width in of["format"].values()
        for name in width.values()
    }
