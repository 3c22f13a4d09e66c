import pytest

from sandbox.providers.kubernetes.kinds import (
    Kind,
    UnsupportedType,
    identifier,
    is_patch,
    kind_of_object,
    kind_of_type,
    parsed_identifier,
)


@pytest.mark.parametrize(
    ("token", "kind", "api_version"),
    [
        ("kubernetes:core/v1:Namespace", Kind("", "v1", "Namespace"), "v1"),
        ("kubernetes:apps/v1:Deployment", Kind("apps", "v1", "Deployment"), "apps/v1"),
        (
            "kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy",
            Kind("scheduling.alibabacloud.com", "v1alpha1", "ResourcePolicy"),
            "scheduling.alibabacloud.com/v1alpha1",
        ),
        ("kubernetes:core/v1:ConfigMapPatch", Kind("", "v1", "ConfigMap"), "v1"),
        # Kinds of custom resources may be called so.
        (
            "kubernetes:example.com/v1:CodePatch",
            Kind("example.com", "v1", "CodePatch"),
            "example.com/v1",
        ),
        (
            "kubernetes:example.com/v1:IPWhiteList",
            Kind("example.com", "v1", "IPWhiteList"),
            "example.com/v1",
        ),
    ],
)
def test_a_type_token_names_group_version_and_kind(token, kind, api_version):
    assert kind_of_type(token) == kind
    assert kind.api_version == api_version


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("kubernetes:core/v1:ConfigMapList", "a list cannot be created, declare its items"),
        ("kubernetes:helm.sh/v4:Chart", "of Helm, the sandbox serves helm.v3.Release only"),
    ],
)
def test_types_that_are_not_served_say_so(token, reason):
    with pytest.raises(UnsupportedType) as caught:
        kind_of_type(token)
    assert str(caught.value) == f"{token}: {reason}"


@pytest.mark.parametrize("token", ["alicloud:vpc/network:Network", "kubernetes:yaml:decode", "x"])
def test_other_tokens_are_no_kubernetes_types(token):
    with pytest.raises(UnsupportedType, match="is not a Kubernetes resource type"):
        kind_of_type(token)


def test_a_patch_is_told_from_a_kind_that_is_called_so():
    assert is_patch("kubernetes:core/v1:ConfigMapPatch")
    assert not is_patch("kubernetes:core/v1:ConfigMap")
    assert not is_patch("kubernetes:example.com/v1:CodePatch")


def test_the_core_group_may_be_written_out():
    assert kind_of_object({"apiVersion": "core/v1", "kind": "Pod"}) == Kind("", "v1", "Pod")
    assert kind_of_object({"apiVersion": "v1", "kind": "Pod"}) == Kind("", "v1", "Pod")


def test_cluster_wide_kinds_are_known_without_a_cluster():
    assert Kind("", "v1", "Namespace").is_cluster_wide
    assert Kind("rbac.authorization.k8s.io", "v1", "ClusterRole").is_cluster_wide
    assert not Kind("rbac.authorization.k8s.io", "v1", "Role").is_cluster_wide
    assert not Kind("", "v1", "Secret").is_cluster_wide


def test_built_in_groups_are_told_from_those_of_crds():
    assert Kind("", "v1", "Pod").is_built_in
    assert Kind("apps", "v1", "Deployment").is_built_in
    assert Kind("networking.k8s.io", "v1", "Ingress").is_built_in
    assert not Kind("scheduling.alibabacloud.com", "v1", "ResourcePolicy").is_built_in


def test_ids_name_the_namespace_where_there_is_one():
    assert identifier({"metadata": {"name": "a", "namespace": "b"}}) == "b/a"
    assert identifier({"metadata": {"name": "a"}}) == "a"
    assert parsed_identifier("b/a") == ("b", "a")
    assert parsed_identifier("a") == ("", "a")
