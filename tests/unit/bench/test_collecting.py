from __future__ import annotations

from bench import collecting, operations
from bench.results import Results
from tests.unit.bench.conftest import sample


def test_an_operation_that_was_not_run_has_no_figure() -> None:
    blueprint = collecting.new()
    blueprint[operations.DOWN].append(sample(1.0))
    (figure,) = collecting.figures(blueprint, collecting.new())
    assert (figure.name, figure.command, figure.ratio) == ("down", "ackb down", None)


def test_a_figure_keeps_all_runs_and_the_moment_that_took_most_memory(results: Results) -> None:
    figure = results.figures[0]
    assert figure.seconds == (6.0, 4.0, 5.0)
    assert figure.median == 5.0
    assert figure.peak_mib == 120.5
    assert figure.memory == {"etcd": 20.0, "ackb": 100.5}


def test_the_ratio_is_that_of_the_medians(results: Results) -> None:
    ratios = {figure.name: figure.ratio for figure in results.figures}
    assert ratios.pop("up, no change") == 2.5
    assert set(ratios.values()) == {None}


def test_the_share_of_the_policies_is_the_difference_of_the_medians(results: Results) -> None:
    shares = [(share.name, share.seconds, share.percent) for share in results.policies]
    assert shares == [("preview, no change", 0.0, 0.0), ("up, no change", 1.0, 20.0)]


def test_programs_are_in_the_order_of_their_memory() -> None:
    ordered = collecting.by_program({"a": 1.004, "b": 3.0, "c": 1.0})
    assert list(ordered.items()) == [("b", 3.0), ("a", 1.0), ("c", 1.0)]


def test_names_of_operations_are_unique() -> None:
    names = [operation.name for operation in operations.ALL]
    assert len(names) == len(set(names)) == 9
