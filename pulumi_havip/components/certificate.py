"""The certificate shared by the machines of a database cluster: generated once, then kept."""

from __future__ import annotations

import datetime
import ipaddress
import uuid
from collections.abc import Sequence
from typing import Any, Final

import pulumi
from pulumi import dynamic

from pulumi_havip.resources.native import NativeNames, is_native, register_natively

_YEARS: Final = 20


def draw_certificate(addresses: Sequence[str]) -> str:
    """Generate a private key and a self-signed certificate for it, in PEM.

    Args:
        addresses: The addresses of the machines that present it.

    Returns:
        The key and the certificate. Any machine that has the key is a member of the cluster.
    """
    # Imported here because only the run that generates a certificate needs it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "havip-cluster")])
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    now = datetime.datetime.now(datetime.UTC)
    everywhere = [*addresses, "127.0.0.1"]
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            True,
        ),
        (
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            False,
        ),
        (
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address(one)) for one in everywhere]
            ),
            False,
        ),
        (own, False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), False),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Backdated by a day for machines whose clocks are behind.
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return (private + public).decode()


class ClusterCertificateProvider(dynamic.ResourceProvider):
    """Provider of `ClusterCertificate`. It keeps nothing itself; the state holds all values."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Generate the certificate."""
        pem = draw_certificate(props["addresses"])
        return dynamic.CreateResult(f"certificate-{uuid.uuid4()}", {**props, "pem": pem})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> dynamic.DiffResult:
        """Return a replacement if the addresses differ."""
        changed = ["addresses"] if _olds.get("addresses") != _news.get("addresses") else []
        return dynamic.DiffResult(changes=bool(changed), replaces=changed)


class ClusterCertificate(NativeNames, dynamic.Resource, module="havip", name="ClusterCertificate"):
    """A private key and its certificate, with which the machines of a cluster authenticate.

    It is a secret: encrypted in the state, masked in every display. It is valid for 20 years.

    Attributes:
        pem: The private key and the certificate, a secret.
    """

    addresses: pulumi.Output[list[str]]
    pem: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        addresses: pulumi.Input[Sequence[pulumi.Input[str]]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a certificate.

        Args:
            resource_name: Its name in the program.
            addresses: The addresses of the machines; a change generates a new certificate.
            opts: Pulumi resource options.
        """
        props = {"addresses": addresses, "pem": None}
        kept = pulumi.ResourceOptions(additional_secret_outputs=["pem"])
        options = pulumi.ResourceOptions.merge(opts, kept)
        if is_native():
            register_natively(self, "ClusterCertificate", resource_name, props, options)
            return
        super().__init__(ClusterCertificateProvider(), resource_name, props, options)
