"""What asking costs: the gate a frame, a decision, a row of the ledger, and the whole ledger read and verified.

Run: .venv/bin/python benchmarks/policy.py [--rows 10000]. Nothing is kept; processor time of this process, medians.
"""

import argparse
import os
import statistics
import tempfile
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import tomli_w

from secondunit.imaging.files import write_png
from secondunit.keys import SigningKey
from secondunit.plate.ingest import ingest
from secondunit.policy.clearance import clear
from secondunit.policy.consents import grant
from secondunit.policy.documents import KeyHolder
from secondunit.policy.gate import ClearanceGate
from secondunit.policy.ledger import Event, Ledger
from secondunit.policy.parts import Role, utc_text
from secondunit.policy.people import record_person
from secondunit.policy.signing import Signed
from secondunit.production import Production
from secondunit.testing.tiny_rights import CONSENTED_PACK, PLATE_DIGEST, change_of, consent_of, performer, request_of


def median_ms(work, times):
    """(processor, wall) time of one call, milliseconds."""
    spent = []
    for _ in range(times):
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        spent.append((time.process_time() - cpu, time.perf_counter() - wall))
    return tuple(1000 * statistics.median(column) for column in zip(*spent, strict=True))


def made(folder, database):
    """A show with one performer and her signed consent, and a gate for a request that changes her."""
    show = Production.new(folder / "show", title="Benchmark", database=database)
    (show.folder / "own.toml").write_bytes(CONSENTED_PACK)
    document = show.folder / "production.toml"
    document.write_text(tomli_w.dumps({**tomllib.loads(document.read_text()), "rule_packs": ["own.toml"]}))
    show, key, now = Production.open(show.folder), SigningKey.new(), datetime.now(UTC)
    record_person(Ledger(show), performer(keys=(KeyHolder(key=key.public, role=Role.TALENT, name="A"),)))
    term = {"term_start": utc_text(now - timedelta(hours=1)), "term_end": utc_text(now + timedelta(days=30))}
    asked = Signed(document=consent_of(production_id=show.id, scope=term))
    grant(Ledger(show), asked.signed(key, role=Role.TALENT, name="A", at=utc_text(now)))
    write_png(folder / "plate.png", np.full((270, 480, 3), 90, np.uint8))
    ingest(folder / "plate.png", show.folder, request_of().shot, rate=show.rate)  # its faces are looked for, once
    clearance, work_key = clear(show, request_of(production_id=show.id, people=(change_of(),)))
    return show, ClearanceGate(clearance, work_key, show, lambda: PLATE_DIGEST)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--database", default="", help="a PostgreSQL address; SQLite if not given")
    said = parser.parse_args()
    os.environ["SECONDUNIT_HOME"] = tempfile.mkdtemp()
    with tempfile.TemporaryDirectory() as folder:
        show, gate = made(Path(folder), said.database)
        ledger, frame = Ledger(show), Path(folder) / "frame.exr"
        frame.write_bytes(os.urandom(8 << 20))
        gate(1001)
        print(f"{'':<44}{'cpu ms':>9}{'wall ms':>9}")
        for rows in (len(ledger.rows()), said.rows):
            while (missing := rows - ledger.head().seq) > 0:
                ledger.append(Event.ACCESS, {"what": "benchmark", "number": missing})
            gate(1001)
            lines = {
                "gate, nothing changed (a frame)": median_ms(lambda: gate(1002), 500),
                "receipt of a frame of 8 MiB": median_ms(lambda: gate.written(1002, frame, Path(folder) / "r"), 20),
                "gate, decides anew": median_ms(lambda: (setattr(gate, "_known", None), gate(1002)), 20),
                "a row added": median_ms(lambda: ledger.append(Event.ACCESS, {"what": "benchmark"}), 20),
                "ledger verified, every signature": median_ms(lambda: ledger.problems(), 5),
            }
            print(f"{rows} rows")
            for name, (cpu, wall) in lines.items():
                print(f"  {name:<42}{cpu:9.3f}{wall:9.3f}")


if __name__ == "__main__":
    main()
