from datetime import date
from zoneinfo import ZoneInfo

import pytest

from providers.days import any_day, day_of

UTC = ZoneInfo("UTC")
TOKYO = ZoneInfo("Asia/Tokyo")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        pytest.param(
            "2025-04-30T14:30:00.0000000+00:00", UTC, date(2025, 4, 30), id="7 digits"
        ),
        pytest.param("2025-05-15T23:59:59Z", UTC, date(2025, 5, 15), id="end of a day"),
        pytest.param(
            "2021-08-31T15:00:00.000Z", TOKYO, date(2021, 9, 1), id="midnight in Tokyo"
        ),
        pytest.param("2025-05-15", AMSTERDAM, date(2025, 5, 15), id="a day alone"),
        pytest.param(
            "2025-05-15 00:00:00", AMSTERDAM, date(2025, 5, 15), id="without a zone"
        ),
        pytest.param("1753-01-01T00:00:00.000Z", UTC, None, id="the ERP's no date"),
        pytest.param("0001-01-01T00:00:00Z", TOKYO, None, id="the first day there is"),
        pytest.param("2025-13-01T00:00:00Z", UTC, None, id="month 13"),
        pytest.param("", UTC, None, id="nothing"),
        pytest.param(None, UTC, None, id="null"),
    ],
)
def test_day_of(text: str | None, zone: ZoneInfo, day: date | None) -> None:
    assert day_of(text, zone=zone) == day


@pytest.mark.parametrize(
    ("value", "day"),
    [
        pytest.param(1747260000, date(2025, 5, 15), id="midnight in summer"),
        pytest.param(1737759600, date(2025, 1, 25), id="midnight in winter"),
        pytest.param("1747260000", date(2025, 5, 15), id="seconds as text"),
        pytest.param("15-05-2025", date(2025, 5, 15), id="day first"),
        pytest.param("04-05-2025", date(2025, 5, 4), id="never month first"),
        pytest.param("2025-05-15", date(2025, 5, 15), id="ISO"),
        pytest.param(0, None, id="zero is not 1970"),
        pytest.param(10**15, None, id="past the end of time"),
        pytest.param("tomorrow", None, id="words"),
        pytest.param(None, None, id="null"),
    ],
)
def test_any_day(value: int | str | None, day: date | None) -> None:
    assert any_day(value, zone=AMSTERDAM) == day
