import pytest
from hypothesis import given
from hypothesis import strategies as st

from ackb.domain.qos import QosClass, Reason, classify
from ackb.domain.unknown import UNKNOWN

FULL = {"cpu": "500m", "memory": "300Mi"}
GUARANTEED = {"requests": FULL, "limits": FULL}


def pod(*containers, init=()):
    return {
        "containers": [
            {"name": f"c{index}", "resources": one} for index, one in enumerate(containers)
        ],
        "initContainers": [{"name": f"i{index}", **one} for index, one in enumerate(init)],
    }


CASES = {
    "the example of the documentation is Guaranteed (S3-06, S3-11)": (
        pod(GUARANTEED),
        QosClass.GUARANTEED,
        [],
    ),
    "a limit without a request counts as equal (S3-06, S3-13)": (
        pod({"limits": FULL}),
        QosClass.GUARANTEED,
        [],
    ),
    "a limit without a request of one resource counts as equal too": (
        pod({"limits": FULL, "requests": {"cpu": "0.5"}}),
        QosClass.GUARANTEED,
        [],
    ),
    "equal values may be written differently": (
        pod(
            {
                "limits": {"cpu": 1, "memory": "1Gi"},
                "requests": {"cpu": "1000m", "memory": "1024Mi"},
            }
        ),
        QosClass.GUARANTEED,
        [],
    ),
    "a request without a limit is not Guaranteed": (
        pod({"requests": FULL}),
        QosClass.BURSTABLE,
        [
            'container "c0": cpu request 500m has no limit',
            'container "c0": memory request 300Mi has no limit',
        ],
    ),
    "only memory is Burstable (S3-07)": (
        pod({"limits": {"memory": "1Gi"}}),
        QosClass.BURSTABLE,
        ['container "c0": cpu has no request and no limit'],
    ),
    "a request below its limit is Burstable": (
        pod({"limits": FULL, "requests": {"cpu": "250m"}}),
        QosClass.BURSTABLE,
        ['container "c0": cpu request 250m is not equal to limit 500m'],
    ),
    "no request and no limit at all is BestEffort (S3-08)": (
        pod({}, None),
        QosClass.BEST_EFFORT,
        [
            'container "c0": cpu has no request and no limit',
            'container "c0": memory has no request and no limit',
            'container "c1": cpu has no request and no limit',
            'container "c1": memory has no request and no limit',
        ],
    ),
    "zero counts as not given": (
        pod({"limits": {"cpu": "0", "memory": 0}, "requests": {"cpu": 0}}),
        QosClass.BEST_EFFORT,
        [
            'container "c0": cpu has no request and no limit',
            'container "c0": memory has no request and no limit',
        ],
    ),
    "one container without resources spoils the pod": (
        pod(GUARANTEED, {}),
        QosClass.BURSTABLE,
        [
            'container "c1": cpu has no request and no limit',
            'container "c1": memory has no request and no limit',
        ],
    ),
    "init containers count": (
        pod(GUARANTEED, init=[{"resources": {"limits": {"cpu": "1"}}}]),
        QosClass.BURSTABLE,
        ['init container "i0": memory has no request and no limit'],
    ),
    "sidecars count": (
        pod(
            GUARANTEED,
            init=[
                {
                    "restartPolicy": "Always",
                    "resources": {"requests": FULL, "limits": {"cpu": "1", "memory": "300Mi"}},
                }
            ],
        ),
        QosClass.BURSTABLE,
        ['sidecar "i0": cpu request 500m is not equal to limit 1'],
    ),
    "other resources do not count": (
        pod({"limits": {"nvidia.com/gpu": 1}, "requests": {"nvidia.com/gpu": 1}}),
        QosClass.BEST_EFFORT,
        [
            'container "c0": cpu has no request and no limit',
            'container "c0": memory has no request and no limit',
        ],
    ),
    "an unknown value leaves the class open": (
        pod({"limits": {"cpu": UNKNOWN, "memory": "1Gi"}}),
        QosClass.UNKNOWN,
        ['container "c0": cpu is not known yet'],
    ),
    "unknown resources leave the class open": (
        pod(GUARANTEED, UNKNOWN),
        QosClass.UNKNOWN,
        ['container "c1": is not known yet'],
    ),
    "unknown requests leave the class open": (
        pod({"limits": FULL, "requests": UNKNOWN}),
        QosClass.UNKNOWN,
        ['container "c0": cpu is not known yet', 'container "c0": memory is not known yet'],
    ),
    "what is known can decide in spite of something unknown": (
        pod({"requests": FULL}, UNKNOWN),
        QosClass.BURSTABLE,
        [
            'container "c0": cpu request 500m has no limit',
            'container "c0": memory request 300Mi has no limit',
            'container "c1": is not known yet',
        ],
    ),
    "unknown containers leave the class open": (
        {"containers": UNKNOWN},
        QosClass.UNKNOWN,
        ['container "containers": is not known yet'],
    ),
    "an unknown init container leaves the class open": (
        {"containers": [{"name": "a", "resources": GUARANTEED}], "initContainers": [UNKNOWN]},
        QosClass.UNKNOWN,
        ['container "initContainers": is not known yet'],
    ),
    "nothing known of the pod": (UNKNOWN, QosClass.UNKNOWN, ['pod "pod": is not known yet']),
    "text that is no quantity is never equal": (
        pod({"limits": {"cpu": "half", "memory": "1Gi"}, "requests": {"cpu": "half"}}),
        QosClass.BURSTABLE,
        ['container "c0": cpu half is not a quantity'],
    ),
    "resources of the pod as a whole decide": (
        {"resources": GUARANTEED, **pod({"requests": {"cpu": "1m"}})},
        QosClass.GUARANTEED,
        [],
    ),
    "a limit of the pod as a whole is its request too when no container asks": (
        {"resources": {"limits": FULL}, **pod({}, None)},
        QosClass.GUARANTEED,
        [],
    ),
    "a limit of the pod as a whole leaves the request to the sum of the containers": (
        {"resources": {"limits": FULL}, **pod({"requests": {"cpu": "1m"}})},
        QosClass.UNKNOWN,
        ['pod "pod": cpu is not known yet'],
    ),
    "resources of the pod as a whole can be Burstable": (
        {"resources": {"requests": FULL}, **pod(GUARANTEED)},
        QosClass.BURSTABLE,
        [
            'pod "pod": cpu request 500m has no limit',
            'pod "pod": memory request 300Mi has no limit',
        ],
    ),
    "unknown resources of the pod as a whole leave the class open": (
        {"resources": UNKNOWN, **pod(GUARANTEED)},
        QosClass.UNKNOWN,
        ['pod "pod": is not known yet'],
    ),
    "empty resources of the pod as a whole do not count": (
        {"resources": {"requests": {}}, **pod(GUARANTEED)},
        QosClass.GUARANTEED,
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_class_of_a_pod(case):
    spec, want, reasons = CASES[case]
    result = classify(spec)
    assert (result.qos, [str(reason) for reason in result.reasons]) == (want, reasons)


LIMIT_RANGE_CASES = {
    "a container without resources is sized by the LimitRange": (pod({}), QosClass.UNKNOWN),
    "a request without a limit gets its limit there": (pod({"requests": FULL}), QosClass.UNKNOWN),
    "limits that are given stay": (pod({"limits": FULL}), QosClass.GUARANTEED),
    "a request below its limit stays": (
        pod({"limits": FULL, "requests": {"cpu": "1m"}}, {}),
        QosClass.BURSTABLE,
    ),
}


@pytest.mark.parametrize("case", LIMIT_RANGE_CASES)
def test_in_a_namespace_with_a_limit_range(case):
    spec, want = LIMIT_RANGE_CASES[case]
    assert classify(spec, limit_range=True).qos is want


def test_the_reason_names_the_limit_range():
    assert classify(pod({"limits": {"cpu": "1"}}), limit_range=True).reasons == (
        Reason(
            "c0",
            "container",
            "memory",
            "limit is left to the namespace's LimitRange",
            certain=False,
        ),
    )


AMOUNTS = st.fixed_dictionaries(
    {},
    optional={"cpu": st.sampled_from(["1", "2", "0"]), "memory": st.sampled_from(["1Gi", "2Gi"])},
)
RESOURCES = st.fixed_dictionaries({}, optional={"limits": AMOUNTS, "requests": AMOUNTS})


@given(st.lists(RESOURCES, min_size=1, max_size=3))
def test_it_agrees_with_the_definition_of_kubernetes(containers):
    """The sums of Kubernetes' own ComputePodQOS, after the defaulting of requests."""

    def given_amounts(resources, field):
        amounts = dict(resources.get(field, {}))
        if field == "requests":
            amounts = {**resources.get("limits", {}), **amounts}
        return {name: value for name, value in amounts.items() if value != "0"}

    guaranteed = all(
        set(given_amounts(one, "limits")) == {"cpu", "memory"}
        and given_amounts(one, "requests") == given_amounts(one, "limits")
        for one in containers
    )
    empty = not any(
        given_amounts(one, field) for one in containers for field in ("requests", "limits")
    )
    want = (
        QosClass.GUARANTEED if guaranteed else QosClass.BEST_EFFORT if empty else QosClass.BURSTABLE
    )
    # An explicit zero request below a limit is a request of 0 to the API, not a missing one.
    if any(one.get("requests", {}).get("cpu") == "0" for one in containers):
        return
    assert classify(pod(*containers)).qos is want


@given(st.lists(st.one_of(RESOURCES, st.just(UNKNOWN)), min_size=1, max_size=3))
def test_something_unknown_never_turns_into_a_wrong_certainty(containers):
    """Whatever the unknown part turns out to be, a certain class stays the same."""
    told = classify(pod(*containers)).qos
    if told is QosClass.UNKNOWN:
        return
    for filled in ({}, GUARANTEED, {"requests": FULL}):
        known = [filled if one is UNKNOWN else one for one in containers]
        assert classify(pod(*known)).qos is told
