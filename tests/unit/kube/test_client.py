from __future__ import annotations

import pytest

from sandbox.kube.client import path_of


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("Node",), "/api/v1/nodes"),
        (("Node", "cn-hangzhou.10.0.0.1"), "/api/v1/nodes/cn-hangzhou.10.0.0.1"),
        (("Pod",), "/api/v1/pods"),
        (("Pod", "", "wordpress"), "/api/v1/namespaces/wordpress/pods"),
        (("Pod", "a", "b"), "/api/v1/namespaces/b/pods/a"),
        (
            ("ResourcePolicy", "a", "b"),
            "/apis/scheduling.alibabacloud.com/v1alpha1/namespaces/b/resourcepolicies/a",
        ),
        (("Pod", "../x", "b"), "/api/v1/namespaces/b/pods/..%2Fx"),
    ],
)
def test_paths(arguments: tuple[str, ...], path: str) -> None:
    assert path_of(*arguments) == path


def test_an_unknown_kind_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        path_of("Gadget")
