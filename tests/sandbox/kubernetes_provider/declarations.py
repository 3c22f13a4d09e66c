"""Inputs of objects as programs declare them."""

LABELS = {"app": "web"}


def config_map(namespace, name="settings", data=None, **metadata):
    return {
        "metadata": {"name": name, "namespace": namespace} | metadata,
        "data": data or {"mode": "fast"},
    }


def deployment(namespace, *, replicas=2, image="wordpress:6.8", name="web", pod=None, **metadata):
    spec = {
        "selector": {"matchLabels": LABELS},
        "template": {
            "metadata": {"labels": LABELS},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": image,
                        "env": [{"name": "EMPTY", "value": ""}],
                        "ports": [{"containerPort": 8080}],
                        "resources": {
                            "requests": {"cpu": "500m", "memory": "1024Mi"},
                            "limits": {"cpu": 0.5, "memory": "1Gi"},
                        },
                        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
                    }
                ],
                "volumes": [{"name": "tmp", "emptyDir": {}}],
            }
            | (pod or {}),
        },
    }
    if replicas is not None:
        spec["replicas"] = replicas
    return {"metadata": {"name": name, "namespace": namespace} | metadata, "spec": spec}


def service(namespace, *, kind="ClusterIP", port=80, name="sp-svc", **metadata):
    spec = {"type": kind, "selector": LABELS, "ports": [{"port": port, "targetPort": 8080}]}
    if kind == "LoadBalancer":
        spec["externalTrafficPolicy"] = "Local"
    return {"metadata": {"name": name, "namespace": namespace} | metadata, "spec": spec}


def autoscaler(namespace, *, most=100):
    return {
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "minReplicas": 22,
            "maxReplicas": most,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 60},
                    },
                }
            ],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
        },
    }


def definition(*, scope="Namespaced", plural="crontabs", kind="CronTab"):
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        },
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "subresources": {"status": {}},
    }
    return {
        "metadata": {"name": f"{plural}.example.com"},
        "spec": {
            "group": "example.com",
            "scope": scope,
            "names": {"plural": plural, "singular": kind.lower(), "kind": kind},
            "versions": [version],
        },
    }
