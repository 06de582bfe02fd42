"""What was asked last in a thread."""

from datetime import timedelta

from storage import threads
from storage.store import Store
from tests.storage.made import NOW


async def test_the_last_question_of_a_thread_is_remembered_until_it_is_reset(
    store: Store,
) -> None:
    for command in ("/unpaid swo", "/overdue swo"):
        await store.run(threads.remember, "C1", "1.1", command=command, now=NOW)
    await store.run(threads.remember, "C1", "2.2", command="/unpaid", now=NOW)
    assert store.read(threads.last_command, "C1", "1.1") == "/overdue swo"
    assert store.read(threads.last_command, "C2", "1.1") is None
    assert await store.run(threads.reset, "C1", "1.1")
    assert not await store.run(threads.reset, "C1", "1.1")
    assert store.read(threads.last_command, "C1", "1.1") is None
    assert store.read(threads.last_command, "C1", "2.2") == "/unpaid"


async def test_old_threads_are_forgotten(store: Store) -> None:
    old = NOW - timedelta(days=31)
    await store.run(threads.remember, "C1", "1.1", command="/unpaid", now=old)
    await store.run(threads.remember, "C1", "2.2", command="/unpaid", now=NOW)
    assert await store.run(threads.forget, before=NOW - timedelta(days=30)) == 1
    assert store.read(threads.last_command, "C1", "2.2") == "/unpaid"
