"""Kubeconfigs of a cluster's users."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

from sandbox.cloud.cs import errors, pki
from sandbox.cloud.cs.autoscaling import Autoscaling
from sandbox.cloud.cs.tasks import load_data
from sandbox.cloud.service import Response, verb


class Credentials(Autoscaling):
    """Credential actions."""

    @verb(reads=True)
    def describe_cluster_user_kubeconfig(
        self,
        *,
        cluster_id: str,
        private_ip_address: bool = False,
        temporary_duration_minutes: int | None = None,
    ) -> Response:
        """DescribeClusterUserKubeconfig: a kubeconfig with a fresh client certificate.

        `temporary_duration_minutes` is 15 to 4320; without it the certificate lives three years.
        """
        cluster = self.reachable_cluster(cluster_id)
        lifetime = _lifetime(temporary_duration_minutes)
        user = self.cloud.account_id
        authority = self.authority(cluster_id)
        pair = pki.sign(authority, user, lifetime=lifetime, groups=("system:users",))
        endpoints = json.loads(cluster["api"]["master_url"])
        key = "intranet_api_server_endpoint" if private_ip_address else "api_server_endpoint"
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": f"{user}-{cluster_id}",
            "clusters": [
                {
                    "name": "kubernetes",
                    "cluster": {
                        "server": endpoints[key],
                        "certificate-authority-data": authority.certificate_base64,
                    },
                }
            ],
            "contexts": [
                {
                    "name": f"{user}-{cluster_id}",
                    "context": {"cluster": "kubernetes", "user": user},
                }
            ],
            "users": [
                {
                    "name": user,
                    "user": {
                        "client-certificate-data": pair.certificate_base64,
                        "client-key-data": pair.key_base64,
                    },
                }
            ],
        }
        end = pki.expiry(pair.certificate).astimezone(UTC)
        return {
            "config": json.dumps(document, indent=2),
            "expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def _lifetime(minutes: int | None) -> timedelta:
    data = load_data("credentials")
    if minutes is None:
        return timedelta(days=data["default_days"])
    bounds = data["temporary_minutes"]
    if not bounds["least"] <= minutes <= bounds["most"]:
        raise errors.INVALID_PARAMETER(
            name="TemporaryDurationMinutes",
            why=f"must be from {bounds['least']} to {bounds['most']}",
        )
    return timedelta(minutes=minutes)
