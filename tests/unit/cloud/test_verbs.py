"""What the verb decorator gives every action: request ids, faults, tokens, one transaction."""

import json
import signal
from pathlib import Path

import pytest

from sandbox.cloud.clock import ManualClock
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.errors import CloudConnectionError, CloudError, CloudTimeoutError
from sandbox.cloud.faults import FaultPlan, FileFaults, InvalidFaultPlanError
from sandbox.cloud.service import Bucket, Response, Service, verb


class Shelf(Service):
    service = "shelf"

    @verb()
    def put_book(
        self, *, title: str, client_token: str | None = None, then: str | None = None
    ) -> Response:
        book_id = self.new_id("book")
        self.add("shelf.Book", book_id, {"BookId": book_id, "Title": title})
        if then:
            raise CloudError(then, "the shelf broke")
        return {"BookId": book_id, "Failed": self.asked_to_fail()}

    @verb(reads=True)
    def list_books(self) -> Response:
        return {"Titles": [book["Title"] for book in self.find("shelf.Book")]}

    @verb(bucket=Bucket("shelf", burst=2, per_second=4))
    def take_book(self) -> Response:
        return {}


@pytest.fixture
def shelf(cloud: Cloud) -> Shelf:
    return Shelf(cloud)


def plan(shelf: Shelf, *faults: dict[str, object]) -> None:
    shelf.cloud.faults = FaultPlan.parse(json.dumps(faults))


def titles(shelf: Shelf) -> list[str]:
    return shelf.list_books()["Titles"]


def test_ids_look_real_and_repeat_in_a_fresh_cloud(shelf: Shelf, tmp_path: Path):
    first, second = (shelf.put_book(title=title)["BookId"] for title in "ab")
    assert first != second
    assert first.startswith("book-")
    assert len(first) == len("book-") + 20
    fresh = Shelf(Cloud.open(tmp_path / "fresh.sqlite"))
    assert fresh.put_book(title="c")["BookId"] == first


def test_every_answer_and_error_has_its_own_request_id(shelf: Shelf):
    answers = [shelf.list_books()["RequestId"], shelf.put_book(title="a")["RequestId"]]
    with pytest.raises(CloudError) as caught:
        shelf.put_book(title="a", then="Broken")
    answers.append(caught.value.request_id)
    assert len(set(answers)) == 3
    assert str(caught.value) == f"Broken: the shelf broke (request id {answers[2]})"


def test_a_failed_verb_changes_nothing(shelf: Shelf):
    with pytest.raises(CloudError):
        shelf.put_book(title="a", then="Broken")
    assert titles(shelf) == []


def test_same_client_token_answers_the_same_without_doing_it_twice(shelf: Shelf):
    first = shelf.put_book(title="a", client_token="t")
    again = shelf.put_book(title="a", client_token="t")
    assert again["BookId"] == first["BookId"]
    assert titles(shelf) == ["a"]


def test_same_client_token_for_another_request_is_refused(shelf: Shelf):
    shelf.put_book(title="a", client_token="t")
    with pytest.raises(CloudError) as caught:
        shelf.put_book(title="b", client_token="t")
    assert caught.value.code == "IdempotentParameterMismatch"
    assert titles(shelf) == ["a"]


def test_a_failed_call_does_not_use_up_its_client_token(shelf: Shelf):
    with pytest.raises(CloudError):
        shelf.put_book(title="a", client_token="t", then="Broken")
    shelf.put_book(title="a", client_token="t")
    assert titles(shelf) == ["a"]


def test_without_client_token_a_repeated_call_makes_a_duplicate(shelf: Shelf):
    shelf.put_book(title="a")
    shelf.put_book(title="a")
    assert titles(shelf) == ["a", "a"]


def test_bucket_lets_the_burst_through_and_then_refills(shelf: Shelf, clock: ManualClock):
    shelf.take_book()
    shelf.take_book()
    with pytest.raises(CloudError, match=r"Throttling\.User: Request was denied"):
        shelf.take_book()
    clock.sleep(0.25)
    shelf.take_book()
    with pytest.raises(CloudError, match=r"Throttling\.User"):
        shelf.take_book()


def test_throttle_strikes_the_nth_call_and_the_times_after_it(shelf: Shelf):
    plan(shelf, {"verb": "shelf.put_book", "nth": 2, "times": 2, "action": "throttle"})
    shelf.put_book(title="1")
    for _ in range(2):
        with pytest.raises(CloudError, match=r"Throttling\.User"):
            shelf.put_book(title="2")
    shelf.put_book(title="4")
    assert titles(shelf) == ["1", "4"]


def test_reset_before_leaves_nothing_and_reset_after_leaves_the_object(shelf: Shelf):
    plan(shelf, {"verb": "shelf.put_book", "phase": "before", "action": "reset"})
    with pytest.raises(CloudConnectionError, match="connection reset by peer"):
        shelf.put_book(title="a")
    assert titles(shelf) == []
    plan(shelf, {"verb": "shelf.put_book", "phase": "after", "action": "reset"})
    with pytest.raises(CloudConnectionError):
        shelf.put_book(title="a")
    assert titles(shelf) == ["a"]


def test_timeout_reads_like_a_client_that_gave_up(shelf: Shelf):
    plan(shelf, {"verb": "shelf.put_book", "phase": "after", "action": "timeout"})
    with pytest.raises(CloudTimeoutError, match=r"Client\.Timeout exceeded"):
        shelf.put_book(title="a")
    assert titles(shelf) == ["a"]


def test_error_carries_its_code_text_and_status(shelf: Shelf):
    fault = {"code": "User.InDebt", "message": "Your account is in debt.", "status": 403}
    plan(shelf, {"verb": "shelf.put_book", "action": "error", **fault})
    with pytest.raises(CloudError) as caught:
        shelf.put_book(title="a")
    error = caught.value
    assert (error.code, error.message, error.status) == tuple(fault.values())
    assert error.request_id


def test_delay_moves_only_time(shelf: Shelf, clock: ManualClock):
    plan(shelf, {"verb": "shelf.put_book", "action": "delay", "seconds": 7.5})
    before = clock.now()
    shelf.put_book(title="a")
    assert clock.now() == before + 7.5


def test_fail_is_known_inside_the_verb_only(shelf: Shelf):
    plan(shelf, {"verb": "shelf.put_book", "action": "fail"})
    assert shelf.put_book(title="a")["Failed"] is True
    assert shelf.put_book(title="b")["Failed"] is False
    assert shelf.asked_to_fail() is False


def test_crash_kills_the_process(shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    sent: list[int] = []
    monkeypatch.setattr("os.kill", lambda _pid, number: sent.append(number))
    plan(shelf, {"verb": "shelf.put_book", "phase": "after", "action": "crash"})
    shelf.put_book(title="a")
    assert sent == [signal.SIGKILL]


def test_pattern_counts_all_matching_calls_and_writes_leaves_out_reads(shelf: Shelf):
    plan(shelf, {"verb": "*", "calls": "writes", "nth": 2, "action": "throttle"})
    shelf.list_books()
    shelf.put_book(title="1")
    shelf.list_books()
    with pytest.raises(CloudError, match="Throttling"):
        shelf.take_book()


def test_a_restarted_process_goes_on_counting(shelf: Shelf):
    fault = {"verb": "shelf.put_book", "nth": 1, "action": "throttle"}
    plan(shelf, fault)
    with pytest.raises(CloudError):
        shelf.put_book(title="a")
    restarted = Shelf(Cloud.open(shelf.store.path, faults=FaultPlan.parse(json.dumps([fault]))))
    restarted.put_book(title="a")


def test_a_verb_inside_a_verb_is_struck_only_by_its_name_and_only_as_often_as_planned(
    shelf: Shelf,
):
    class Library(Shelf):
        service = "library"

        @verb()
        def move(self) -> Response:
            return shelf.put_book(title="moved")

    library = Library(shelf.cloud)
    plan(
        shelf,
        {"verb": "*", "nth": 2, "action": "crash"},
        {"verb": "shelf.put_book", "phase": "after", "action": "reset"},
        {"verb": "shelf.put_book", "action": "throttle"},
    )
    with pytest.raises(CloudError, match="Throttling"):
        library.move()
    plan(shelf, {"verb": "shelf.put_book", "times": 2, "action": "throttle"})
    for _ in range(2):
        with pytest.raises(CloudError, match="Throttling"):
            library.move()
    library.move()
    assert titles(shelf) == ["moved"]


def test_file_faults_follow_the_file(shelf: Shelf, tmp_path: Path):
    path = tmp_path / "faults.json"
    shelf.cloud.faults = FileFaults(path)
    shelf.put_book(title="no file")
    path.write_text('[{"verb": "shelf.*", "action": "throttle", "times": 0}]')
    with pytest.raises(CloudError):
        shelf.put_book(title="struck")
    path.unlink()
    shelf.put_book(title="file gone")
    assert titles(shelf) == ["no file", "file gone"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "plan: not JSON"),
        ("{}", "plan: must be a list of faults"),
        ("[1]", r"plan\[0\]: must be an object"),
        ('[{"verb": "a.b"}]', r"plan\[0\]\.action: missing"),
        ('[{"action": "reset"}]', r"plan\[0\]\.verb: missing"),
        ('[{"verb": "a", "action": "rest"}]', r"plan\[0\]\.action: 'rest' is none of"),
        ('[{"verb": "a", "action": "reset", "nht": 1}]', r"plan\[0\]: unknown \['nht'\]"),
        ('[{"verb": "a", "action": "reset", "nth": "1"}]', r"plan\[0\]\.nth: '1' has the wrong"),
        ('[{"verb": "a", "action": "reset", "nth": true}]', r"plan\[0\]\.nth: True has the wrong"),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(text: str, message: str):
    with pytest.raises(InvalidFaultPlanError, match=message):
        FaultPlan.parse(text, source="plan")


def test_changes_to_come_show_in_order_and_then_the_object_is_gone(
    shelf: Shelf, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shelf.cloud, "duration", lambda _name: 1.0)
    book = shelf.later({"BookId": "b", "Status": "New"}, "x", Status="Read")
    shelf.add("shelf.Book", "b", shelf.later(book, "x", Status="Worn"))

    def status() -> object:
        found = shelf.get("shelf.Book", "b")
        return found and found["Status"]

    assert status() == "New"
    clock.sleep(1)
    assert status() == "Read"
    assert shelf.find("shelf.Book", Status="Read")
    assert shelf.find("shelf.Book", Status="New") == []
    clock.sleep(1)
    assert status() == "Worn"
    shelf.add("shelf.Page", "p", {"BookId": "b"})
    shelf.gone_later("shelf.Book", "b", shelf.get("shelf.Book", "b"), "x", [("shelf.Page", "p")])
    assert status() == "Worn"
    clock.sleep(1)
    assert status() is None
    assert shelf.find("shelf.Book") == []
    shelf.put_book(title="any write sweeps")
    assert shelf.store.get("shelf.Book", "b") is None
    assert shelf.store.get("shelf.Page", "p") is None
