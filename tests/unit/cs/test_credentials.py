from __future__ import annotations

import base64
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from sandbox.cloud.cs import pki
from tests.unit.cs.conftest import REGION, Account, refusal


def kubeconfig(account: Account, cluster_id: str, **given: Any) -> dict[str, Any]:
    answer = account.cloud.cs.describe_cluster_user_kubeconfig(cluster_id=cluster_id, **given)
    document: dict[str, Any] = json.loads(answer["config"])
    return document | {"expiration": answer["expiration"]}


def certificate(document: dict[str, Any]) -> x509.Certificate:
    data = document["users"][0]["user"]["client-certificate-data"]
    return x509.load_pem_x509_certificate(base64.b64decode(data))


@pytest.mark.parametrize("minutes", [15, 4320])
def test_a_credential_lives_as_long_as_asked(account: Account, minutes: int) -> None:
    cluster_id = account.create_cluster()
    document = kubeconfig(account, cluster_id, temporary_duration_minutes=minutes)
    end = certificate(document).not_valid_after_utc
    lifetime = end - datetime.now(UTC)
    assert timedelta(minutes=minutes - 1) < lifetime <= timedelta(minutes=minutes)
    assert document["expiration"] == end.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert document["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443"


def test_each_credential_is_another_but_the_authority_stays(account: Account) -> None:
    """So a rotated credential is no diff: only the authority reaches the state of a stack."""
    cluster_id = account.create_cluster()
    one, other = (kubeconfig(account, cluster_id) for _ in range(2))
    assert certificate(one).serial_number != certificate(other).serial_number
    assert one["clusters"] == other["clusters"]


def test_the_user_is_the_account(account: Account) -> None:
    subject = certificate(kubeconfig(account, account.create_cluster())).subject
    (name,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == account.cloud.account_id
    (group,) = subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert group.value == "system:users", "no superuser: RBAC decides what it may do"


@pytest.mark.parametrize("minutes", [14, 4321])
def test_other_durations_are_refused(account: Account, minutes: int) -> None:
    said = refusal(
        account.cloud.cs.describe_cluster_user_kubeconfig,
        cluster_id=account.create_cluster(),
        temporary_duration_minutes=minutes,
    )
    assert said == (
        "InvalidParameter: The parameter TemporaryDurationMinutes is invalid: must be from 15 to"
        " 4320."
    )


def test_a_cluster_without_control_plane_has_none(account: Account) -> None:
    cs = account.cloud.cs
    answer = cs.create_cluster(name="wp", region_id=REGION, vswitch_ids=account.vswitch_ids)
    said = refusal(cs.describe_cluster_user_kubeconfig, cluster_id=answer["cluster_id"])
    assert said.startswith("ErrorClusterState: ")


def test_keys_are_not_shown(account: Account) -> None:
    cluster_id = account.create_cluster()
    authority = account.cloud.cs.authority(cluster_id)
    assert "PRIVATE KEY" in authority.key
    assert "PRIVATE KEY" not in repr(authority)
    assert "PRIVATE KEY" not in str(account.cloud.inventory())
    detail = account.cloud.cs.describe_cluster_detail(cluster_id=cluster_id)
    assert "PRIVATE KEY" not in str(detail)


def test_a_signed_pair_is_accepted_by_tls(tmp_path: Path) -> None:
    authority = pki.new_authority("test")
    pair = pki.sign(
        authority, "server", lifetime=timedelta(hours=1), hosts=("127.0.0.1", "localhost")
    )
    chain = tmp_path / "chain.pem"
    chain.write_text(pair.certificate + pair.key)
    context = ssl.create_default_context(cadata=authority.certificate)
    context.load_cert_chain(chain)
    names = (
        x509.load_pem_x509_certificate(pair.certificate.encode())
        .extensions.get_extension_for_class(x509.SubjectAlternativeName)
        .value
    )
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
