import pytest

from ackb.domain.problems import (
    MISSING,
    ArgumentProblem,
    Broken,
    InvalidArguments,
    InvalidInput,
    Problem,
    Refused,
    hide,
    looks_like_credential,
    names_a_secret,
    nearest,
    shown,
)

ACCESS_KEY = "LTAI" + "5tQnExampleExample12"


def test_a_problem_reads_code_path_value_why_fix():
    problem = Problem("SET-1", "a.b[0]", "10.0.0.0/7", "must be smaller", "write 10.0.0.0/8")
    assert (
        problem.render() == 'SET-1 a.b[0]: "10.0.0.0/7" – must be smaller. Fix: write 10.0.0.0/8.'
    )


def test_a_problem_is_made_of_a_broken_rule():
    problem = Problem.of("SET-1", "a", 5, Broken("be even", "write 6"))
    assert problem.render() == "SET-1 a: 5 – must be even. Fix: write 6."


def test_an_argument_problem_reads_as_a_sentence():
    problem = ArgumentProblem.of("zones[1].node_cidr", "10.9.0.0/16", Broken("be inside", "move"))
    assert (
        problem.render("Network", "net")
        == 'Network "net": \'zones[1].node_cidr\' must be inside (got "10.9.0.0/16"); move'
    )


def test_all_problems_of_an_input_are_one_message():
    error = InvalidInput(
        [Problem("A-1", "x", 1, "must be 2", "write 2"), Problem("A-2", "y", MISSING, "is", "add")]
    )
    assert str(error) == ("A-1 x: 1 – must be 2. Fix: write 2.\nA-2 y: (missing) – is. Fix: add.")
    assert [one.code for one in error.problems] == ["A-1", "A-2"]


def test_all_problems_of_arguments_are_one_message():
    error = InvalidArguments(
        "Cluster",
        "main",
        [
            ArgumentProblem("a", "be 1", 2, "write 1"),
            ArgumentProblem("b", "be", MISSING, "give it"),
        ],
    )
    assert str(error) == (
        "Cluster \"main\": 'a' must be 1 (got 2); write 1\n"
        "Cluster \"main\": 'b' must be (got (missing)); give it"
    )


@pytest.mark.parametrize("make", [lambda: InvalidInput([]), lambda: InvalidArguments("C", "n", [])])
def test_an_error_without_a_problem_is_a_mistake_of_the_caller(make):
    with pytest.raises(ValueError, match="needs at least one problem"):
        make()


def test_a_refused_value_says_rule_and_fix():
    assert str(Refused(Broken("be a range", "write one"))) == "must be a range; write one"


@pytest.mark.parametrize(
    ("word", "candidates", "want"),
    [
        ("maxReplica", ["type", "cpu", "min", "max"], "max"),
        ("maxReplica", ["max", "max_replicas"], "max_replicas"),
        ("replica", ["replicas", "type"], "replicas"),
        ("vpcCidr", ["vpc_cidr", "zones"], "vpc_cidr"),
        ("VPC_CIDR", ["vpc_cidr"], "vpc_cidr"),
        ("cn-hangzou", ["cn-hangzhou", "cn-huhehaote", "cn-heyuan"], "cn-hangzhou"),
        ("teir", ["tier", "team"], "tier"),
        ("storage", ["nat", "zones", "vpc_cidr"], None),
        ("", ["max"], None),
        ("x", [], None),
        ("主机", ["max"], None),
    ],
)
def test_the_nearest_key_is_found_whatever_the_style(word, candidates, want):
    assert nearest(word, candidates) == want


def test_shown_tells_text_from_numbers():
    assert [shown("22"), shown(22), shown(True), shown(None), shown(1.5)] == [
        '"22"',
        "22",
        "true",
        "null",
        "1.5",
    ]


def test_shown_keeps_other_scripts_readable():
    assert shown({"名": ["杭州"]}) == '{"名": ["杭州"]}'


def test_shown_is_short():
    assert shown("a" * 119) == '"' + "a" * 118 + "…"
    assert len(shown(list(range(500)))) == 120


def test_shown_hides_a_secret_whatever_it_is():
    assert shown("hunter2", secret=True) == "(hidden)"


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (ACCESS_KEY, '"LTAI…(hidden)"'),
        ({"key": [f"id={ACCESS_KEY} "]}, '{"key": ["id=LTAI…(hidden) "]}'),
        ({"database_password": "hunter2"}, '{"database_password": "(hidden)"}'),
        ({"accessKeySecret": "abc", "n": 1}, '{"accessKeySecret": "(hidden)", "n": 1}'),
        ({"password": None}, '{"password": null}'),
        ("https://me:hunter2@example.com/x", '"https://(hidden)@example.com/x"'),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "(hidden)"),
        ("STS.NUExampleExample", '"STS.…(hidden)"'),
    ],
)
def test_shown_masks_credentials_wherever_they_stand(value, want):
    assert shown(value) == want


def test_messages_mask_credentials_in_their_own_words():
    rendered = Problem("A-1", "x", 1, f"is {ACCESS_KEY}", f"drop {ACCESS_KEY}").render()
    assert rendered == "A-1 x: 1 – is LTAI…(hidden). Fix: drop LTAI…(hidden)."


@pytest.mark.parametrize("text", ["LTAI", "latai5tabcdefgh", "https://example.com/a:b", "STS"])
def test_ordinary_text_is_no_credential(text):
    assert not looks_like_credential(text)
    assert hide(text) == text


@pytest.mark.parametrize(
    ("key", "want"),
    [
        ("databasePassword", True),
        ("access_key_secret", True),
        ("accessKeyId", True),
        ("api-token", True),
        ("PASSWD", True),
        ("encryption_key", False),
        ("key", False),
        ("passenger", False),
        ("tokens_per_second", False),
    ],
)
def test_a_key_that_names_a_secret_is_known(key, want):
    assert names_a_secret(key) is want
