"""Compiles every kernel once, so that the first real shoot does not: of the demo, a head and a stool, thrown away.

``make setup`` ends with ``python -m secondunit.testing.warm``. It shows as well that the installation works end to end.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from secondunit.brief.document import parse_brief
from secondunit.effects.registry import find_effect
from secondunit.effects.sets.build import build_piece
from secondunit.effects.sets.plan import Piece
from secondunit.kernels import forget_others
from secondunit.plate.ingest import ingest
from secondunit.production import Production
from secondunit.shoot import shoot
from secondunit.testing import street
from secondunit.testing.heads.people import CAST, picture
from secondunit.testing.portrait import portrait_show

# Small, and with dust from the first frames on: the kernels of the dust compile only when there is some.
SMALL: dict[str, dict[str, Any]] = {
    "brief": {"frames": 4},
    "fracture": {"shards": 500},
    "fall": {"mode": "blast", "start_s": 0.0},
    "dust": {"resolution": 32, "amount": 4.0},
    "output": {"width_px": 160},
}


def main() -> None:
    """Shoot and forget."""
    started = time.monotonic()
    forget_others()
    demo = street.load()
    document = tomllib.loads(demo.plate.with_name("collapse.toml").read_text(encoding="utf-8"))
    for section, values in SMALL.items():
        document[section] = {**document.get(section, {}), **values}
    with tempfile.TemporaryDirectory() as folder:
        production = Production.new(Path(folder) / "show", title="Warm")
        brief = parse_brief(document, find_effect)
        ingest(demo.plate, production.folder, brief.shot)
        (production.folder / "pictures").mkdir()
        for path in (demo.clean, demo.holdout):
            shutil.copy(path, production.folder / "pictures")
        shoot(production, brief)
        os.environ["SECONDUNIT_HOME"] = f"{folder}/home"  # the head's keys are thrown away with it
        head = picture(CAST["efe"], size_px=320, rays=1)
        portrait = portrait_show(Path(folder) / "portrait", [head, head], [head])
        shoot(portrait, portrait.folder / "briefs" / "deage.toml")
    build_piece(Piece(id="stool", kind="bar_stool", style="modern", size_m=(0.4, 0.4, 0.75), at_m=(0.0, 0.0)))
    print(f"kernels are compiled ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
