"""Typed text, made regular and cut into words."""

import re
import unicodedata
from dataclasses import dataclass

#: Longer questions are refused: nobody types them, and every word costs time.
LONGEST = 1000

_LINK = re.compile(r"<(?:https?://|mailto:)[^|>\s]*\|([^>]*)>")
_BARE_LINK = re.compile(r"<(?:https?://|mailto:)([^|>\s]*)>")
_PERSON = re.compile(r"<@([UWB][A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)(?:\|([^>]*))?>")
_QUOTES = str.maketrans(
    dict.fromkeys("“”„‟«»＂″", '"')
    | dict.fromkeys("‘’‚‛′＇`", "'")
    | dict.fromkeys("‐‑‒–—―−－﹣﹘", "-")
)
_TOKEN = re.compile(
    r'(?P<quoted>"[^"]*(?:"|$))'
    r"|(?P<key>(?<![^\s-])[A-Za-z][A-Za-z-]*:(?!/))"
    r"|(?P<sign>>=|<=|=>|=<|[><=≥≤])"
    r"|(?P<dots>\.{2,})"
    r'|(?P<minus>(?<![^\s:])-(?=[^\W\d]|"|\s|$))'
    r'|(?P<hash>(?<!\S)\#(?=[\w"]))'
    r'|(?P<word>(?:(?!\.\.)[^\s"<>=≥≤,;]|(?<=\d),(?=\d))+)'
)
_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<="}
_EDGES = ".?!:()[]'*_~"


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign: *word* is folded for comparing, *raw* is what was typed.

    *kind* is ``word``, ``quoted``, ``key`` (``due:``), ``sign``, ``dots``, ``minus``
    or ``hash``; *glued* says that no blank came before it.
    """

    kind: str
    word: str
    raw: str
    glued: bool


def normalise(text: str) -> str:
    """Undo what keyboards and Slack do to text; upper and lower case stay.

    Sources: Slack, Formatting text (links, mentions, the three escapes); Unicode
    UAX #15 (NFKC makes full-width digits, no-break blanks and ligatures plain).
    """
    if "<" in text:
        text = _CHANNEL.sub(lambda m: f"#{m[2] or m[1]}", text)
        text = _PERSON.sub(lambda m: f"@{m[2] or m[1]}", text)
        text = _BARE_LINK.sub(r"\1", _LINK.sub(r"\1", text))
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFKC", text.translate(_QUOTES))
        text = text.translate(_QUOTES)
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def cut(text: str) -> list[Token]:
    """Cut normalised *text* into tokens; lone punctuation is no token."""
    tokens = []
    end = 0
    for match in _TOKEN.finditer(text):
        token = _token(match, glued=match.start() == end and end > 0)
        end = match.end()
        if token.word or token.kind == "quoted":
            tokens.append(token)
    return tokens


def join(tokens: list[Token]) -> str:
    """Write *tokens* as they were typed."""
    return "".join(
        t.raw if t.glued or not i else f" {t.raw}" for i, t in enumerate(tokens)
    )


def word(text: str, *, glued: bool = False) -> Token:
    """Make the token that stands for *text* in a corrected command."""
    return Token("word", text.casefold(), text, glued)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    return "" if category == "Cf" else char


def _token(match: re.Match[str], *, glued: bool) -> Token:
    kind = match.lastgroup or "word"
    raw = match.group()
    if kind == "quoted":
        return Token(kind, raw.strip('"').strip().casefold(), raw, glued)
    if kind == "sign":
        return Token(kind, _SIGNS.get(raw, raw), raw, glued)
    if kind == "key":
        return Token(kind, raw[:-1].casefold(), raw, glued)
    if kind == "word":
        raw = raw.strip(_EDGES) or ("?" if "?" in raw else "")
        if raw == "?":
            return Token(kind, "", "", glued)
        return Token(kind, raw.casefold().removesuffix("'s"), raw, glued)
    return Token(kind, raw, raw, glued)
