"""Writes the catalogue that translators take their texts from.

``python -m tests.messages`` after a text has changed; `tests/test_wording.py` says when
that was forgotten.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "bot" / "locales" / "duebot.pot"
#: The functions of `bot.queries.wording` and `bot.views.words`, and where their texts
#: stand among the arguments.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "tr": None,
    "mark": None,
    "marks": (1, 2),
    "trn": (1, 2),
    "count": (2, 3),
}


#: The rules that adapters note (`providers.trace`), which "why" shows.
RULES: dict[str, tuple[int, ...] | None] = {"in_words": None}


def collect() -> Catalog:
    """Find every text that people see."""
    catalog = Catalog(project="Duebot", charset="utf-8")
    found = [
        each
        for package, keywords in (("bot", KEYWORDS), ("providers", RULES))
        for each in extract_from_dir(
            ROOT / package, method_map=[("**.py", "python")], keywords=keywords
        )
    ]
    for _, _, message, _, _ in sorted(found, key=lambda each: str(each[2])):
        catalog.add(message)
    return catalog


def written(catalog: Catalog) -> str:
    """Write it as a template: no dates and no line numbers, which change daily."""
    file = io.BytesIO()
    write_po(file, catalog, no_location=True, omit_header=True, width=88)
    return file.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(written(collect()), encoding="utf-8")
