"""Charts as pictures: read back, and every letter of them drawn."""

import subprocess
import sys
import unicodedata
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from PIL import Image

from bot.exports import picture
from bot.exports.picture import Panel, to_png
from bot.views import words

#: matplotlib says so of every letter that no typeface has, and draws a box.
pytestmark = pytest.mark.filterwarnings("error")

NAMES = (
    "株式会社青鷺ホテル",
    "주식회사 푸른왜가리",
    "上海蓝鹭酒店有限公司",
    "Łódź Café",
    "$100$ x^2",
)


def panel(
    *amounts: str, labels: tuple[str, ...] = (), currency: str = "EUR", title: str = ""
) -> Panel:
    return Panel(
        title=title or f"Invoices by seller, {currency}",
        currency=currency,
        labels=labels or tuple(f"{each}" for each in range(len(amounts))),
        amounts=tuple(map(Decimal, amounts)),
        x_label="From",
        y_label=f"Total in {currency}",
    )


def opened(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    assert image.format == "PNG"
    return image


def texts(monkeypatch: pytest.MonkeyPatch, *panels: Panel) -> list[str]:
    """Draw *panels*, and list what is written in them."""
    axes: list[Axes] = []
    draw = picture._draw

    def noted(each: Axes, of: Panel, fill: str) -> None:
        axes.append(each)
        draw(each, of, fill)

    monkeypatch.setattr(picture, "_draw", noted)
    to_png(panels)
    written = [
        text.get_text()
        for each in axes
        for text in (
            each.xaxis.label,
            each.yaxis.label,
            *each.get_xticklabels(),
            *each.get_yticklabels(),
            *each.texts,
        )
    ]
    return [*written, *(each.get_title(loc="left") for each in axes)]


def test_it_is_a_picture_of_a_size_that_a_message_shows() -> None:
    euro, yen = panel("100.50", "7", "0"), panel("79640", "5", currency="JPY")
    one, two = opened(to_png([euro])), opened(to_png([euro, yen]))
    assert one.width == two.width == 1296
    assert 500 < one.height < two.height < 1800
    assert to_png([euro, yen]) == to_png([euro, yen])
    assert to_png([euro]) != to_png([panel("100.50", "8", "0")])
    assert len(one.convert("RGB").getcolors(1_000_000) or ()) > 20


def test_names_of_east_asia_are_written_and_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = panel("5", "4", "3", "2", "1", labels=NAMES, title="請求書 청구서 发票")
    said = texts(monkeypatch, made)
    assert {*NAMES, "請求書 청구서 发票"} <= {*said}
    # A name drawn as boxes would look like another one of as many.
    boxes = [opened(to_png([panel("1", labels=(each,))])) for each in ("青鷺", "蓝酒")]
    assert boxes[0].tobytes() != boxes[1].tobytes()


def test_what_no_typeface_has_is_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = texts(monkeypatch, panel("2", "1", labels=("مرحبا", "😀 smile")))
    assert {"?????", "? smile"} <= {*said}


def test_every_currency_has_a_panel_with_its_own_digits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = texts(
        monkeypatch,
        panel("1234.5", "10", labels=("one", "two")),
        panel("12345678", "10", currency="JPY", labels=("one", "two")),
    )
    assert {"Invoices by seller, EUR", "Invoices by seller, JPY"} <= {*said}
    assert {"Total in EUR", "Total in JPY", "From"} <= {*said}
    assert {"1,234.50", "10.00", "12,345,678", "10"} <= {*said}


def test_numbers_are_written_as_the_asker_writes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    german = words.speech("de")
    assert german is not None
    with words.speaking(german):
        said = texts(monkeypatch, panel("1234.5", "4000"))
    assert {"1.234,50", "1.000"} <= {*said}
    assert not {"1,234.50", "1,000"} & {*said}


@pytest.mark.parametrize(
    "amounts",
    [("0",), ("-5", "7"), ("-5",), ("0.001",), ("123456789012345.67", "1")],
    ids=" ".join,
)
def test_every_amount_is_drawn(
    monkeypatch: pytest.MonkeyPatch, amounts: tuple[str, ...]
) -> None:
    said = texts(monkeypatch, panel(*amounts))
    assert {words.number(Decimal(each), "EUR") for each in amounts} <= {*said}


def test_twenty_long_names_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = tuple(f"{each} 株式会社青鷺ホテル"[:20] for each in range(20))
    made = panel(*("12345678.90" for _ in labels), labels=labels)
    assert {*labels} <= {*texts(monkeypatch, made)}
    assert opened(to_png([made])).height < 1400


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.text(max_size=20).filter(
                lambda said: all(unicodedata.category(c) != "Cs" for c in said)
            ),
            st.decimals("-1e9", "1e15", places=2),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_is_in_it_is_drawn_without_a_warning(
    bars: list[tuple[str, Decimal]],
) -> None:
    labels, amounts = zip(*bars, strict=True)
    opened(to_png([Panel(labels[0], "EUR", labels, amounts, labels[-1], "Total")]))


@pytest.mark.parametrize(
    ("module", "without"),
    [
        # sqlite-utils imports numpy where it is installed, unless it is kept from it.
        ("bot.slack_app", {"matplotlib", "numpy"}),
        ("storage.store", {"numpy"}),
        ("bot.exports.picture", {"matplotlib.pyplot"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(
    module: str, without: set[str]
) -> None:
    code = f"import sys, {module}; print({without!r} & {{*sys.modules}})"
    done = subprocess.run(  # noqa: S603 - ourselves, on a fixed line
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
