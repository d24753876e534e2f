"""What we sign any C2PA reader finds valid; who signed is the user's to say; nothing personal gets in."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import c2pa
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from secondunit.errors import BrokenStore, Problems
from secondunit.home import home
from secondunit.imaging.files import write_png
from secondunit.provenance.actions import Action, ModelCard, Source
from secondunit.provenance.identity import development_root, load_identity, trusted_roots
from secondunit.provenance.reading import State, read_credentials
from secondunit.provenance.settings import ProvenanceSettings, load_settings
from secondunit.provenance.sign import sign_picture
from secondunit.provenance.statement import PlateIngredient, Statement

from .conftest import picture, statement

KINDS = ("png", "jpg", "tif", "mp4")
CARD = ModelCard(name="Ages", version="2", weights="12" * 32, card="34" * 32, trained_on="pictures made by us")


def plainly(path, roots=b""):
    """The plain C2PA reader, with nothing of ours between."""
    settings = {"verify": {"verify_trust": True}, **({"trust": {"trust_anchors": roots.decode()}} if roots else {})}
    return c2pa.Reader(str(path), context=c2pa.Context.from_dict(settings))


def failures(reader):
    return [one["code"] for one in reader.get_validation_results()["activeManifest"]["failure"]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_reader_finds_ours_valid_and_trusted_with_its_root(kind, files):
    reader = plainly(files[kind])
    assert reader.get_validation_state() == "Valid"
    assert failures(reader) == ["signingCredential.untrusted"]
    trusted = plainly(files[kind], development_root())
    assert trusted.get_validation_state() == "Trusted"
    assert failures(trusted) == []


def test_the_plain_reader_finds_the_sidecar_of_a_sequence_valid(sequence):
    record, sidecar = (sequence.folder / name for name in ("frames.json", "frames.c2pa"))
    with record.open("rb") as stream:
        reader = c2pa.Reader("application/json", stream, manifest_data=sidecar.read_bytes())
        assert reader.get_validation_state() == "Valid"


def test_the_manifest_keeps_the_rules_of_c2pa(files):
    manifest = plainly(files["png"]).get_active_manifest()
    assertions = {one["label"]: one["data"] for one in manifest["assertions"]}
    actions = assertions["c2pa.actions.v2"]
    assert actions["allActionsIncluded"] is True
    kinds = [one["action"] for one in actions["actions"]]
    assert kinds == ["c2pa.opened", "c2pa.edited", "c2pa.placed", "c2pa.transcoded"]
    opened, edited, placed, _ = actions["actions"]
    assert "digitalSourceType" not in opened
    assert edited["digitalSourceType"] == placed["digitalSourceType"] == Source.ALGORITHM
    relations = [one["relationship"] for one in manifest["ingredients"]]
    assert sorted(relations) == ["componentOf", "inputTo", "parentOf"]
    assert len(opened["parameters"]["ingredients"]) == len(placed["parameters"]["ingredients"]) == 1
    entries = assertions["cawg.training-mining"]["entries"]
    assert len(entries) == 4
    assert {one["use"] for one in entries.values()} == {"notAllowed"}
    assert manifest["claim_generator_info"][0]["name"] == "Second Unit"
    assert manifest["label"].startswith("urn:c2pa:")
    assert "thumbnail" not in json.dumps(manifest)
    assert "trained" not in json.dumps(manifest)


def test_the_credentials_of_the_plate_are_kept(tmp_path, files, identity):
    path = tmp_path / "still.png"
    write_png(path, picture(3))
    said = Statement("still", PlateIngredient("ab" * 32, files["jpg"]), (), {}, "ef" * 32)
    sign_picture(path, said, identity)
    plates_own = plainly(files["jpg"]).get_active_manifest()["label"]
    reader = plainly(path)
    parents = [one for one in reader.get_active_manifest()["ingredients"] if one["relationship"] == "parentOf"]
    assert [one["active_manifest"] for one in parents] == [plates_own]
    assert reader.get_validation_state() == "Valid"


def test_learned_pixels_cannot_be_called_anything_else(tmp_path, identity):
    with pytest.raises(ValidationError, match="exactly when"):
        Action(kind="edited", what="Younger.", source=Source.ALGORITHM, models=(CARD,))
    with pytest.raises(ValidationError, match="exactly when"):
        Action(kind="edited", what="Younger.", source=Source.PART_TRAINED)
    action = Action(kind="edited", what="Younger.", source=Source.PART_TRAINED, models=(CARD,))
    path = tmp_path / "still.png"
    write_png(path, picture())
    sign_picture(path, Statement("still", PlateIngredient("ab" * 32), (action,), {}, "ef" * 32), identity)
    manifest = plainly(path).get_active_manifest()
    assert plainly(path).get_validation_state() == "Valid"
    (model,) = [one for one in manifest["ingredients"] if one["title"] == "Ages 2"]
    assert model["relationship"] == "inputTo"
    assert CARD.card in model["description"]
    edited = manifest["assertions"][0]["data"]["actions"][1]
    assert edited["softwareAgent"] == {"name": "Ages", "version": "2"}


def test_what_is_placed_names_its_stage():
    with pytest.raises(ValidationError, match="element"):
        Action(kind="placed", what="Debris.", source=Source.ALGORITHM)
    with pytest.raises(ValidationError, match="element"):
        Action(kind="edited", what="Debris.", source=Source.ALGORITHM, element="shade")


def test_a_studio_signs_with_its_own_certificate(tmp_path, studio):
    settings = ProvenanceSettings(certificate=str(studio.chain), key=str(studio.folder / "key.pem"))
    own = load_identity(settings)
    assert not own.development
    path = tmp_path / "a.png"
    write_png(path, picture())
    sign_picture(path, statement(), own)
    trusting = settings.model_copy(update={"trust": (str(studio.root),)})
    (found,) = read_credentials([path], trusted_roots(trusting))
    assert (found.state, found.trusted, found.signer) == (State.INTACT, True, "Studio signer")
    (unknown,) = read_credentials([path], development_root())
    assert (unknown.state, unknown.trusted) == (State.INTACT, False)


def kms(data):
    """A key that never shows itself; DER, as key management services answer."""
    return kms.key.sign(data, ec.ECDSA(hashes.SHA256()))


def broken_kms(data):
    raise ConnectionError("the key service is out to lunch")


def test_a_key_that_stays_in_its_hardware_signs(tmp_path, studio, identity):
    kms.key = studio.key
    module = __name__
    settings = ProvenanceSettings(certificate=str(studio.chain), key_callback=f"{module}:kms")
    path = tmp_path / "a.png"
    write_png(path, picture())
    unsigned = path.read_bytes()
    failing = settings.model_copy(update={"key_callback": f"{module}:broken_kms"})
    with pytest.raises(BrokenStore, match="out to lunch"):
        sign_picture(path, statement(), load_identity(failing))
    assert path.read_bytes() == unsigned
    assert list(tmp_path.iterdir()) == [path]
    sign_picture(path, statement(), load_identity(settings))
    assert plainly(path, studio.root.read_bytes()).get_validation_state() == "Trusted"
    with pytest.raises(BrokenStore, match="cannot be loaded"):
        load_identity(settings.model_copy(update={"key_callback": "no_such_module:sign"}))


def test_a_time_stamp_is_asked_for_only_where_one_is_set_and_a_silent_authority_leaves_nothing_half(
    tmp_path, studio, monkeypatch
):
    asked = []

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Content-Type"])
            self.send_error(503)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = tmp_path / "a.png"
    write_png(path, picture())
    unsigned = path.read_bytes()
    url = f"http://127.0.0.1:{server.server_port}/tsa"
    try:
        with pytest.raises(BrokenStore, match=r"Is the time stamp authority http://127\.0\.0\.1"):
            sign_picture(path, statement(), load_identity(ProvenanceSettings(timestamp_url=url)))
        assert asked == ["application/timestamp-query"]
        assert path.read_bytes() == unsigned
        sign_picture(path, statement(), load_identity(ProvenanceSettings()))
        assert len(asked) == 1
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"certificate": "nowhere.pem"}, "cannot be read"),
        ({"certificate": "key.pem"}, "no certificate"),
        ({"certificate": "expired.pem"}, "expired on"),
        ({"key": "root.pem"}, "holds no key"),
        ({"key": "other.pem"}, "not the key of the certificate"),
        ({"key": "open.pem"}, "chmod 600"),
    ],
)
def test_what_is_wrong_with_a_signer_is_said(change, said, studio, tmp_path):
    from cryptography.hazmat.primitives import serialization

    other = ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (studio.folder / "other.pem").write_bytes(other.private_bytes(*form))
    (studio.folder / "other.pem").chmod(0o600)
    (studio.folder / "open.pem").write_bytes(studio.key.private_bytes(*form))
    (studio.folder / "open.pem").chmod(0o644)
    names = {"certificate": "chain.pem", "key": "key.pem", **change}
    paths = {key: str(studio.folder / name) for key, name in names.items()}
    with pytest.raises(BrokenStore, match=said):
        load_identity(ProvenanceSettings(**paths))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('certifcate = "a"', "Did you mean 'certificate'"),
        ('certificate = "a.pem"', "go together"),
        ('certificate = "a"\nkey = "b"\nkey_callback = "c:d"', "one of them"),
        ('timestamp_url = "ftp://x"', "timestamp_url"),
        ('key_callback = "os.system"', "key_callback"),
        ("certificate = ", "cannot be read"),
    ],
)
def test_the_settings_are_the_users_and_wrong_ones_are_said(text, said, monkeypatch, tmp_path):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path))
    assert load_settings() == ProvenanceSettings()
    (home() / "provenance.toml").write_text(text)
    with pytest.raises((Problems, BrokenStore), match=said):
        load_settings()


def test_the_development_certificate_is_made_once_and_only_its_owner_can_read_it(monkeypatch, tmp_path):
    monkeypatch.setenv("SECONDUNIT_HOME", str(tmp_path / "new"))
    assert development_root() == b""
    first, second = load_identity(ProvenanceSettings()), load_identity(ProvenanceSettings())
    assert first == second
    assert first.development
    assert b"PRIVATE KEY" not in development_root() + first.chain
    (file,) = (tmp_path / "new").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().count(b"PRIVATE KEY-----") == 2, "one key: the root's is gone"
