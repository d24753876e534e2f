"""Small signed things: a picture, a movie, a sequence, and certificates of a studio's own."""

import datetime
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from secondunit.imaging.exr import write_exr
from secondunit.imaging.files import write_jpeg, write_png
from secondunit.imaging.movie import MovieWriter
from secondunit.provenance.actions import Action, Source
from secondunit.provenance.identity import load_identity
from secondunit.provenance.pointer import RECORD, pointer
from secondunit.provenance.sequence import record_frames
from secondunit.provenance.settings import ProvenanceSettings
from secondunit.provenance.sign import sign_beside, sign_picture
from secondunit.provenance.statement import Finish, PlateIngredient, Statement
from secondunit.provenance.untouched import untouched_of_frame

SHOT = "EP101_012_0010"
ACTIONS = (
    Action(kind="edited", what="What it hid is filled in.", source=Source.ALGORITHM),
    Action(kind="placed", what="Debris, simulated.", source=Source.ALGORITHM, element="shade"),
)


def picture(seed=0):
    return np.random.default_rng(seed).integers(0, 255, (48, 64, 3), dtype=np.uint8)


def statement(title="a file", **more):
    plate = PlateIngredient("ab" * 32)
    finish = (Finish("c2pa.transcoded", "A movie to look at."),)
    return Statement(title, plate, ACTIONS, {"shade": "cd" * 32}, "ef" * 32, finish, **more)


@pytest.fixture(scope="session")
def identity(_home):
    return load_identity(ProvenanceSettings())


@pytest.fixture(scope="session")
def files(tmp_path_factory, identity):
    """Signed files of each kind by suffix; not to be changed."""
    folder = tmp_path_factory.mktemp("signed")
    write_png(folder / "sheet.png", picture())
    write_jpeg(folder / "still.jpg", picture())
    with MovieWriter(folder / "movie.mp4", width_px=64, height_px=48, rate=Fraction(24)) as movie:
        for seed in range(6):
            movie.write(picture(seed))
    import cv2

    cv2.imwrite(str(folder / "scan.tif"), picture())
    for path in folder.iterdir():
        sign_picture(path, statement(path.name), identity)
    return {path.suffix[1:]: path for path in folder.iterdir()}


def write_frames(folder, count=7):
    """Frames with a matte, a plate's pixels under it, and a pointer each."""
    folder.mkdir(parents=True)
    plate = np.random.default_rng(1).random((12, 16, 3)).astype(np.float16).astype(np.float32)
    matte = np.zeros((12, 16), np.float32)
    matte[2:6, 3:9] = 1
    for frame in range(1001, 1001 + count):
        composite = np.where(matte[..., None] > 0, np.float32(frame - 1000), plate)
        write_exr(folder / f"{SHOT}.{frame}.exr", {"composite": composite, "matte": matte}, attributes=pointer(frame))
    return plate


def sign_frames(folder, identity, count=7):
    names = {frame: f"{SHOT}.{frame}.exr" for frame in range(1001, 1001 + count)}
    untouched = {frame: untouched_of_frame(folder / name) for frame, name in names.items()}
    record = record_frames(folder, untouched, names, shot=SHOT, take="t001", threads=2)
    sign_beside(folder / RECORD, statement("frames", record={"root": record.root}), identity)
    return record


@pytest.fixture
def sequence(tmp_path, identity):
    """A signed sequence of seven frames that may be changed: its folder, its record and its plate."""
    folder = tmp_path / "frames"
    plate = write_frames(folder)
    return SimpleNamespace(folder=folder, plate=plate, record=sign_frames(folder, identity))


@pytest.fixture
def frame_path(sequence):
    return lambda frame: sequence.folder / f"{SHOT}.{frame}.exr"


@pytest.fixture(scope="session")
def studio(tmp_path_factory):
    """A studio's root, and a certificate and key for signing under it."""
    folder = tmp_path_factory.mktemp("studio")
    now = datetime.datetime.now(datetime.UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def certificate(common, public, *, authority, days=30):
        name, issuer = (
            x509.Name(
                [
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Studio"),
                    x509.NameAttribute(NameOID.COMMON_NAME, text),
                ]
            )
            for text in (common, "Studio root")
        )
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public)
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(now - datetime.timedelta(days=60))
        builder = builder.not_valid_after(now + datetime.timedelta(days=days))
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
        ) | {"encipher_only": False, "decipher_only": False, "digital_signature": not authority}
        usage |= {"key_cert_sign": authority, "crl_sign": authority}
        extensions = [
            (x509.BasicConstraints(authority, None), True),
            (x509.KeyUsage(**usage), True),
            (x509.SubjectKeyIdentifier.from_public_key(public), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False),
        ]
        if not authority:
            extensions.append((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    root = certificate("Studio root", root_key.public_key(), authority=True)
    contents = {
        "root.pem": root,
        "chain.pem": certificate("Studio signer", key.public_key(), authority=False) + root,
        "expired.pem": certificate("Studio signer", key.public_key(), authority=False, days=-1) + root,
        "key.pem": pem,
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o600)
    return SimpleNamespace(
        folder=folder, key=key, **{name.partition(".")[0]: folder / name for name in contents if name != "key.pem"}
    )
