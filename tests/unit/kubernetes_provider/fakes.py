"""A cluster of plain data, for what only reads."""

from sandbox.providers.kubernetes.kinds import identifier
from sandbox.providers.kubernetes.rest import Unreachable


class FakeCluster:
    def __init__(self, *objects):
        self.objects = {(one["kind"], identifier(one)): one for one in objects}
        self.reads = []
        self.down = False

    def put(self, obj):
        self.objects[obj["kind"], identifier(obj)] = obj

    def read(self, kind, namespace, name):
        self.reads.append((kind.name, namespace, name))
        if self.down:
            raise Unreachable("the API server is restarting")
        return self.objects.get((kind.name, f"{namespace}/{name}" if namespace else name))

    def find(self, kind, namespace, *, labels="", fields=""):
        wanted = dict(one.split("=") for one in labels.split(",") if one)
        return [
            one
            for (found, _), one in self.objects.items()
            if found == kind.name
            and one["metadata"].get("namespace", "default") == namespace
            and wanted.items() <= one["metadata"].get("labels", {}).items()
        ]


def thing(kind, *, spec=None, status=None, api_version="v1", **metadata):
    obj = {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "web", "uid": "1", "generation": 1} | metadata,
    }
    if spec is not None:
        obj["spec"] = spec
    if status is not None:
        obj["status"] = status
    return obj


def condition(name, status="True", reason="", message=""):
    return {"type": name, "status": status, "reason": reason, "message": message}
