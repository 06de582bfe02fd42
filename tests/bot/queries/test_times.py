from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs import read_cron
from bot.queries.reader import Reader
from bot.queries.times import read_time, step_of, words_of
from bot.queries.tokens import cut
from bot.queries.vocabulary import lexicon
from tests.bot.queries.context import CONTEXT


def read(text: str) -> str | None:
    words = lexicon(CONTEXT.connections)
    reader = Reader(cut(text), CONTEXT, words, chatty=False)
    found = read_time(reader)
    assert reader.done
    return found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 9 * * mon-fri", "weekdays 09:00"),
        ("30 8 * * *", "daily 08:30"),
        ("0 9 * * mon", "mondays 09:00"),
        ("5 0 * * mon,thu", "mondays and thursdays 00:05"),
        ("0 10 * * sat,sun", "weekends 10:00"),
        ("0 * * * *", "every hour"),
        ("0 */6 * * *", "every 6 hours"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
    ],
)
def test_words_say_a_line_and_are_read_as_it(line: str, words: str) -> None:
    assert words_of(line) == words
    assert read(words) == line


@pytest.mark.parametrize("line", ["0 9 1 * *", "0 9 * jan *", "0 9,17 * * *"])
def test_a_line_without_words_is_written_in_quotes(line: str) -> None:
    assert words_of(line) is None
    assert read(f'"{line}"') == line


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("0 9 * * *", 1440),
        ("0 9,17 * * *", 480),
        ("*/15 * * * *", 15),
        ("*/7 * * * *", 4),
        ("0,5 9 * * *", 5),
        ("50 23,0 * * *", 60),
        ("0 0-23/6 * * fri-mon", 360),
    ],
)
def test_the_shortest_step_of_a_line(line: str, minutes: int) -> None:
    assert step_of(line) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "0 9 * *",
        "0 9 * * * *",
        "60 9 * * *",
        "0 24 * * *",
        "0 9 0 * *",
        "0 9 * 13 *",
        "0 9 * * 8",
        "0 9 * * someday",
        "5-1 9 * * *",
        "*/0 9 * * *",
        "*-5 9 * * *",
        "a 9 * * *",
    ],
)
def test_what_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"fields|is no|ends before"):
        step_of(line)


FIELD = st.sampled_from(["*", "*/5", "1", "3-5", "1,4", "2-8/3"])
WEEKDAY = st.sampled_from(["*", "mon-fri", "fri-mon", "0", "7", "1-5", "sat,sun"])


@given(st.tuples(FIELD, FIELD, FIELD, FIELD, WEEKDAY))
@settings(max_examples=150, deadline=None)
def test_what_is_read_here_is_read_by_the_scheduler(fields: tuple[str, ...]) -> None:
    line = " ".join(fields)
    assert step_of(line) <= timedelta(days=1)
    read_cron(line)
