"""Who signs: the user's own certificate and key, a key kept elsewhere, or a development certificate made here.

The development certificate proves that nothing changed since signing. It says nothing of who signed: nobody but this
machine has vouched for it, and every reader of credentials will call it untrusted.
"""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from secondunit.errors import BrokenStore
from secondunit.home import home, made_once, secret
from secondunit.provenance.settings import FILE, ProvenanceSettings

DEVELOPMENT = "Second Unit development"
_DEVELOPMENT_FILE = "development-signer.pem"  # key, certificate and root in one: written whole or not at all
_YEARS = 10
_BEGIN = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True)
class Identity:
    """What signing needs.

    Attributes:
        chain: PEM certificates, the signer's first.
        key: PEM private key; empty if ``callback`` signs.
        callback: signs bytes; for keys that never leave their hardware.
        algorithm: ``es256``, ...
        timestamp_url: of the time stamp authority; empty for none, and then nothing calls the network.
        development: whether it is the certificate made on this machine.
    """

    chain: bytes
    key: bytes
    callback: Callable[[bytes], bytes] | None
    algorithm: str
    timestamp_url: str
    development: bool

    @property
    def name(self) -> str:
        """The common name in the signer's certificate, or its whole subject."""
        return common_name(x509.load_pem_x509_certificates(self.chain)[0])


def common_name(certificate: x509.Certificate) -> str:
    """The common name of a certificate's subject, or its whole subject if it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def load_identity(settings: ProvenanceSettings) -> Identity:
    """The identity the settings name, else the development one, which is made at first use.

    Raises:
        BrokenStore: a file is missing, is no certificate or key, they do not belong together, or have expired.
    """
    if not settings.certificate:
        whole = made_once(home() / _DEVELOPMENT_FILE, _new_development)
        key, begin, rest = whole.partition(_BEGIN)
        return Identity(begin + rest, key, None, "es256", settings.timestamp_url, development=True)
    path = settings.path(settings.certificate)
    chain = _read(path)
    certificate = _certificates(path, chain)[0]
    callback = _callback(settings.key_callback) if settings.key_callback else None
    key = b"" if callback else _key(settings.path(settings.key), certificate)
    return Identity(chain, key, callback, settings.algorithm, settings.timestamp_url, development=False)


def development_root() -> bytes:
    """The PEM root of this machine's development certificate; empty if none was made yet."""
    path = home() / _DEVELOPMENT_FILE
    if not path.exists():
        return b""
    return _BEGIN + secret(path).rpartition(_BEGIN)[2]


def trusted_roots(settings: ProvenanceSettings, more: tuple[Path, ...] = ()) -> bytes:
    """The PEM roots that count as trusted: those of the settings and ``more``; never the development root.

    Raises:
        BrokenStore: a file is missing or holds no certificate.
    """
    found = b""
    for path in (*(settings.path(text) for text in settings.trust), *more):
        pem = _read(path)
        _certificates(path, pem)
        found += pem.rstrip() + b"\n"
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BrokenStore(str(path), f"cannot be read ({error.strerror})", "a PEM file", f"See {FILE}.") from error


def _certificates(path: Path, pem: bytes) -> list[x509.Certificate]:
    try:
        found = x509.load_pem_x509_certificates(pem)
        if found[0].not_valid_after_utc < datetime.datetime.now(datetime.UTC):
            raise BrokenStore(str(path), f"expired on {found[0].not_valid_after_utc:%Y-%m-%d}", "a valid certificate")
        return found
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BrokenStore(str(path), f"holds no certificate ({error})", "certificates in PEM") from error


def _key(path: Path, certificate: x509.Certificate) -> bytes:
    pem = secret(path)
    try:
        public = serialization.load_pem_private_key(pem, password=None).public_key()
        wanted = certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BrokenStore(str(path), f"holds no key ({error})", "an unencrypted private key in PEM") from error
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != wanted.public_bytes(*form):
        raise BrokenStore(str(path), "is not the key of the certificate", f"the key of {common_name(certificate)!r}")
    return pem


def _callback(text: str) -> Callable[[bytes], bytes]:
    module, _, name = text.partition(":")
    where = f"{home() / FILE}: key_callback"
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise BrokenStore(where, f"{text!r} cannot be loaded ({error})", "module:function") from error
    if not callable(found):
        raise BrokenStore(where, f"{text!r} is no function", "module:function")
    return found  # type: ignore[no-any-return]  # anything callable; what it returns is checked where it is called


def _new_development() -> bytes:
    """A root that signs one certificate and is then forgotten, so that nothing else can ever be signed under it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name(f"{DEVELOPMENT} root"), _name(f"{DEVELOPMENT} certificate")
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, authority=True)
    signer = _certificate(name, root_name, key.public_key(), root_key, authority=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (signer, root))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{DEVELOPMENT} (untrusted)"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    """A certificate as C2PA 2.2 section 14.5 asks: v3, key usage, extended key usage, both key identifiers."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # for clocks that are behind
        .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])  # C2PA's purpose for tests of one's own
        builder = builder.add_extension(purpose, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
