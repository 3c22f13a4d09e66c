"""State survives kills and is shared by threads and processes."""

import multiprocessing
import os
import signal
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from sandbox.cloud.store import Store, StoreLayoutError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "cloud.sqlite")


def test_find_keeps_insertion_order_and_compares_top_level_fields(store: Store):
    for number in (3, 1, 2):
        store.insert("k", f"id-{number}", {"number": number, "odd": number % 2 == 1})
    store.put("k", "id-3", {"number": 30, "odd": True})
    assert [data["number"] for data in store.find("k")] == [30, 1, 2]
    assert [data["number"] for data in store.find("k", odd=True)] == [30, 1]
    assert store.count("k", odd=False) == 1
    assert store.find("other") == []


def test_many_may_open_a_new_file_at_once(tmp_path: Path):
    """The first command of a home and its daemon do; SQLite says "database is locked" to one."""
    for attempt in range(20):
        path = tmp_path / f"{attempt}.sqlite"
        together = threading.Barrier(6)

        def write(name: str, path: Path = path, together: threading.Barrier = together) -> None:
            together.wait()
            Store.open(path).insert("k", name, {})

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, "abcdef"))
        assert Store.open(path).count("k") == 6


def test_an_id_is_inserted_once_per_kind(store: Store):
    store.insert("k", "a", {})
    with pytest.raises(ValueError, match="k a exists already"):
        store.insert("k", "a", {})
    store.insert("other", "a", {})


def test_a_failed_transaction_changes_nothing_even_when_nested(store: Store):
    with pytest.raises(RuntimeError), store.transaction():
        store.insert("k", "a", {})
        with store.transaction():
            store.insert("k", "b", {})
        raise RuntimeError
    assert store.find("k") == []
    assert not store.in_transaction


def test_sequences_are_counted_without_gaps_or_repeats_by_threads(store: Store):
    numbers: list[int] = []

    def draw() -> None:
        for _ in range(50):
            with store.transaction():
                numbers.append(store.next_number("n"))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 201))


def _insert_and_die(path: str) -> None:
    store = Store.open(path)
    store.insert("k", "committed", {})
    with store.transaction():
        store.insert("k", "uncommitted", {})
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_process_loses_only_its_open_transaction(store: Store):
    process = multiprocessing.get_context("fork").Process(
        target=_insert_and_die, args=(str(store.path),)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert store.get("k", "committed") == {}
    assert store.get("k", "uncommitted") is None
    store.insert("k", "later", {})


def test_a_lasting_number_stays_drawn_when_its_transaction_fails(store: Store):
    for expected in (1, 2):
        with pytest.raises(RuntimeError), store.transaction():
            assert store.next_number("lasting", lasting=True) == expected
            assert store.next_number("other") == 1
            raise RuntimeError
    assert store.next_number("lasting") == 3


def test_reset_forgets_objects_and_sequences(store: Store):
    store.insert("k", "a", {})
    store.next_number("n")
    store.reset()
    assert store.find("k") == []
    assert store.next_number("n") == 1


def test_threads_that_have_ended_leave_no_connection(store: Store):
    """The daemon serves for weeks, and each request for metrics has a thread of its own."""

    for _ in range(20):
        thread = threading.Thread(target=store.find, args=["k"])
        thread.start()
        thread.join()
    opened = [one for one in psutil.Process().open_files() if one.path == str(store.path)]
    # That of this thread, of the last one, and one that SQLite keeps for its locks.
    assert len(opened) <= 3
    assert store.find("k") == []


def test_the_file_is_private(store: Store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_file_of_another_layout_is_refused_with_the_way_out(tmp_path: Path):
    path = tmp_path / "cloud.sqlite"
    store = Store.open(path)
    store._connection().execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(StoreLayoutError, match=r"has layout 99, .*ackb sandbox reset"):
        Store.open(path)


def test_a_field_name_cannot_carry_sql(store: Store):
    with pytest.raises(ValueError, match="not a field name"):
        store.find("k", **{"a') OR 1=1 --": 1})


def test_transactions_of_a_group_are_committed_together(store: Store):
    other = Store.open(store.path)
    with store.group():
        for name in ("a", "b"):
            with store.transaction():
                store.insert("k", name, {})
        assert other.count("k") == 0
    assert other.count("k") == 2


def test_one_of_a_group_may_fail_alone(store: Store):
    with store.group():
        with store.transaction():
            store.insert("k", "a", {})
        with pytest.raises(RuntimeError), store.transaction():
            store.insert("k", "b", {})
            assert store.next_number("kept", lasting=True) == 1
            raise RuntimeError
        assert not store.in_transaction
        with store.transaction():
            store.insert("k", "c", {})
    assert Store.open(store.path).count("k") == 2
    assert store.next_number("kept") == 2, "a lasting number stays drawn"
    with store.transaction():
        store.insert("k", "d", {})
    assert Store.open(store.path).count("k") == 3
