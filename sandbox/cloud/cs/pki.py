"""Certificates of a cluster: its authority, and what that signs."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

_BACKDATE = timedelta(minutes=5)
"""Two clocks that differ a little must not make a fresh certificate invalid."""

_AUTHORITY_LIFETIME = timedelta(days=365 * 30)


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key, both PEM."""

    certificate: str
    key: str

    @property
    def certificate_base64(self) -> str:
        """The certificate as kubeconfig files hold it."""
        return base64.b64encode(self.certificate.encode()).decode()

    @property
    def key_base64(self) -> str:
        """The key as kubeconfig files hold it."""
        return base64.b64encode(self.key.encode()).decode()

    def __repr__(self) -> str:
        return "KeyPair(certificate, key)"


def new_authority(common_name: str) -> KeyPair:
    """A new certificate authority."""
    return _issue(common_name, (), (), datetime.now(UTC) + _AUTHORITY_LIFETIME, signer=None)


def sign(
    authority: KeyPair,
    common_name: str,
    *,
    lifetime: timedelta,
    groups: tuple[str, ...] = (),
    hosts: tuple[str, ...] = (),
) -> KeyPair:
    """A certificate of a client (`groups`: its Kubernetes groups) or a server (`hosts`: names)."""
    return _issue(common_name, groups, hosts, datetime.now(UTC) + lifetime, signer=authority)


def expiry(certificate_pem: str) -> datetime:
    """When the certificate ends."""
    from cryptography import x509

    return x509.load_pem_x509_certificate(certificate_pem.encode()).not_valid_after_utc


def _issue(
    common_name: str,
    groups: tuple[str, ...],
    hosts: tuple[str, ...],
    end: datetime,
    *,
    signer: KeyPair | None,
) -> KeyPair:
    # Elliptic curve keys: made in a millisecond, where RSA takes a tenth of a second.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(common_name, groups)
    issuer, signing_key = subject, key
    if signer is not None:
        issuer = x509.load_pem_x509_certificate(signer.certificate.encode()).subject
        loaded = serialization.load_pem_private_key(signer.key.encode(), password=None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority's key must be an elliptic curve key")
        signing_key = loaded
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - _BACKDATE)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
    )
    if signer is not None:
        usages = [
            x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH,
            x509.oid.ExtendedKeyUsageOID.SERVER_AUTH,
        ]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(signing_key, hashes.SHA256())
    return KeyPair(
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        # The older form "EC PRIVATE KEY", which every Kubernetes component reads.
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode(),
    )


def _name(common_name: str, groups: tuple[str, ...]) -> x509.Name:
    from cryptography import x509

    oid = x509.oid.NameOID
    organizations = [x509.NameAttribute(oid.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organizations, x509.NameAttribute(oid.COMMON_NAME, common_name)])


def _host(host: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
