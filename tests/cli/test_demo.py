"""The demo's two briefs: one may be shot, the other changes a person nobody asked."""

from secondunit.cli.demo import SHOT, WITHOUT_CONSENT
from secondunit.plate.ingest import ingest
from secondunit.production import Production
from secondunit.testing.street import load

from .test_verbs import run


def test_one_use_is_cleared_and_one_refused_with_its_reasons(tmp_path):
    street = load()
    show = Production.new(tmp_path / "show", title="The Corner House")
    ingest(street.plate, show.folder, SHOT)
    (show.folder / "pictures").mkdir(exist_ok=True)
    for picture in (street.clean, street.holdout):
        (show.folder / "pictures" / picture.name).write_bytes(picture.read_bytes())
    text = street.plate.with_name("collapse.toml").read_text(encoding="utf-8")
    for name, words in (("cleared", ""), ("refused", WITHOUT_CONSENT)):
        (show.folder / "briefs" / f"{name}.toml").write_text(text + words, encoding="utf-8")
    assert run("policy", "check", show.folder, "briefs/cleared.toml").exit_code == 0
    refused = run("policy", "check", show.folder, "briefs/refused.toml")
    assert refused.exit_code == 4
    assert "core/unknown-person (p-passer-by)" in refused.stdout
    assert "house-consent/CONS-01" in refused.stdout
