from sandbox.providers.kubernetes.ownership import has_owner, is_taken_over, owns, taken_over


def entry(manager, operation, fields, **more):
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "apps/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    } | more


def live(*entries):
    return {"metadata": {"resourceVersion": "7", "managedFields": list(entries)}}


REPLICAS = {"f:spec": {"f:replicas": {}}}
IMAGE = {"f:spec": {"f:template": {"f:image": {}}}}
STATUS = {"f:status": {"f:ready": {}}}


def test_fields_of_a_plain_create_and_of_kubectl_pass_to_the_applying_manager():
    autoscaler = entry("kube-controller-manager", "Update", REPLICAS, subresource="scale")
    found = live(
        entry("pulumi-kubernetes", "Update", IMAGE),
        entry("kubectl", "Apply", REPLICAS),
        autoscaler,
    )
    assert is_taken_over(found)
    fields, version = taken_over(found, "pulumi-kubernetes-1")
    assert version == {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}
    ours, theirs = fields["value"]
    assert (ours["manager"], ours["operation"]) == ("pulumi-kubernetes-1", "Apply")
    assert ours["fieldsV1"] == {"f:spec": {"f:replicas": {}, "f:template": {"f:image": {}}}}
    assert theirs == autoscaler


def test_what_the_manager_owns_already_is_kept():
    found = live(entry("pulumi-kubernetes-1", "Apply", REPLICAS), entry("kubectl", "Update", IMAGE))
    (ours,) = taken_over(found, "pulumi-kubernetes-1")[0]["value"]
    assert ours["fieldsV1"] == {"f:spec": {"f:replicas": {}, "f:template": {"f:image": {}}}}


def test_each_api_version_keeps_its_own_fields():
    found = live(
        entry("pulumi-kubernetes", "Update", IMAGE),
        entry("kubectl", "Apply", REPLICAS, apiVersion="apps/v1beta1"),
    )
    versions = {one["apiVersion"]: one["fieldsV1"] for one in taken_over(found, "m")[0]["value"]}
    assert versions == {"apps/v1": IMAGE, "apps/v1beta1": REPLICAS}


def test_status_and_other_managers_are_left_alone():
    assert not is_taken_over(live(entry("kubectl", "Update", STATUS, subresource="status")))
    assert not is_taken_over(live(entry("argocd", "Apply", IMAGE)))
    assert not is_taken_over(live())


def test_who_owns_a_field():
    found = live(entry("a", "Apply", REPLICAS), entry("b", "Update", IMAGE))
    assert owns(found, "a", ("spec", "replicas"))
    assert not owns(found, "a", ("spec", "template", "image"))
    assert has_owner(found, ("spec", "template", "image"))
    assert not has_owner(found, ("spec", "paused"))
    assert not has_owner(found, ("spec", "template", 0))
