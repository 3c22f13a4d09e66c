"""Selectors of the eci-profile: what is read, and when the policy is left alone."""

from __future__ import annotations

import json

import pytest

from sandbox.controllers.virtual_kubelet.selectors import BadSelectors, parsed, policy


@pytest.mark.parametrize("text", ["", "  \n", "[]"])
def test_a_profile_may_have_none(text: str) -> None:
    assert parsed(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{", "selectors: Invalid JSON: EOF while parsing an object"),
        ("{}", "selectors: Input should be a valid array"),
        (
            '[{"objectSelector": {"matchLabels": {"a": 1}}}]',
            "selectors.0.objectSelector.matchLabels.a: Input should be a valid string",
        ),
        (
            '[{"podSelector": {}}]',
            "selectors.0.podSelector: Extra inputs are not permitted",
        ),
    ],
)
def test_what_is_no_list_of_selectors_says_where(text: str, said: str) -> None:
    with pytest.raises(BadSelectors) as caught:
        parsed(text)
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith("; the selectors before stay in force")


def test_the_first_match_is_asked_first() -> None:
    entries = [
        {"objectSelector": {"matchLabels": {"a": "1"}}},
        {"namespaceSelector": {"matchLabels": {"b": "2"}}},
        {},
    ]
    made, binding = policy(json.dumps(entries))
    variables = {one["name"]: one["expression"] for one in made["spec"]["variables"]}
    assert variables["selected"] == (
        '(("a" in variables.labels && variables.labels["a"] == "1")) ? 0 : '
        '((("b" in variables.namespaceLabels && variables.namespaceLabels["b"] == "2")) ? 1 : '
        "((variables.eci) ? 2 : (-1)))"
    )
    assert binding["spec"]["policyName"] == made["metadata"]["name"]


def test_keys_and_values_are_quoted() -> None:
    effect = {"annotations": {"example.com/a~b": 'say "hi"\n\\ 测试'}}
    [made, _] = policy(json.dumps([{"effect": effect}]))
    [mutation] = made["spec"]["mutations"]
    assert (
        "JSONPatch{op: 'add', path: \"/metadata/annotations/example.com~1a~0b\", "
        'value: "say \\"hi\\"\\n\\\\ 测试"}'
    ) in mutation["jsonPatch"]["expression"]
