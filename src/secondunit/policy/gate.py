"""The gate: asked before every frame, in every process, against the ledger as it is then. It fails closed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from secondunit.errors import NotCleared, SecondUnitError
from secondunit.keys import SigningKey
from secondunit.policy.clearance import Clearance, packs_named, refusal, require_clock
from secondunit.policy.decide import Verdict, decide
from secondunit.policy.facts import Request
from secondunit.policy.heads import Head, witnesses
from secondunit.policy.ledger import SKEW_S, Event, Ledger
from secondunit.policy.parts import utc_text
from secondunit.policy.receipts import (
    Receipt,
    read_receipt,
    receipts_of,
    require_genuine,
    require_receipt,
    write_receipt,
    write_shown,
)
from secondunit.policy.rows import Row
from secondunit.policy.rules import load_packs
from secondunit.policy.signing import parse_document
from secondunit.policy.standing import book_of, standing_from
from secondunit.production import DOCUMENT, Production
from secondunit.provenance.beside import Beside
from secondunit.records import canonical_json, digest_bytes, digest_file, digest_files

if TYPE_CHECKING:
    from secondunit.likeness.in_shot import FacesInShot
    from secondunit.likeness.match import Matched

_AGAIN = "Shoot again."
Stamp = tuple[tuple[int, int, int, int], ...]


class ClearanceGate:
    """Called with a frame number before that frame is written.

    Cheap while nothing changes: it compares the ledger's head, the rule files and the clock, and decides anew when one
    of them says so.

    Args:
        clearance: what the work was cleared for.
        work_key: the key that came with it; without it nothing can be written.
        production: whose ledger and rules are read.
        plate_digest: the digest of the plate as it is on disk now.
        clock: this machine's time.

    Raises:
        NotCleared: the clearance is forged, of another production or step, or not the one this key belongs to.
    """

    def __init__(
        self,
        clearance: Clearance,
        work_key: SigningKey,
        production: Production,
        plate_digest: Callable[[], str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        where = f"clearance {clearance.clearance_id}"
        if not clearance.is_genuine(production):
            raise NotCleared(where, "was not given by this production", "its signature under it", _AGAIN)
        if clearance.request.step != "shoot":
            raise NotCleared(
                where, f"is for the step {clearance.request.step}", "shoot: it alone writes frames", _AGAIN
            )
        if work_key.public != clearance.work_key:
            raise NotCleared(where, "this process has not the key that came with it", advice=_AGAIN)
        self.clearance = clearance
        self._key, self._production, self._plate_digest, self._clock = work_key, production, plate_digest, clock
        self._ledger, self._lock = Ledger(production), threading.Lock()
        self._faces = _faces_of(production, clearance.request)
        self._known: tuple[Head | None, Stamp] | None = None
        self._until, self._noted = "", False

    def __call__(self, frame: int) -> None:
        """Returns if ``frame`` may be written.

        Raises:
            NotCleared: the frame is outside what was cleared; the clearance is over or was used; the plate or the rules
                changed; what it rests on fell.
            BrokenStore: the ledger is not whole.
        """
        request = self.clearance.request
        where = f"{request.shot}, frame {frame}"
        if not request.first_frame <= frame < request.end_frame_exclusive:
            wanted = f"{request.first_frame} up to {request.end_frame_exclusive - 1}"
            raise NotCleared(where, "is outside the cleared frames", wanted, "Ask for a clearance of these frames.")
        moment = self._clock()
        self._require_time(where, moment)
        if self._plate_digest() != request.plate_digest:
            raise NotCleared(where, "the plate is no longer the one that was cleared", advice=_AGAIN)
        with self._lock:
            seen = self._ledger.head(), self._stamp()
            if seen != self._known or utc_text(moment) >= self._until:
                self._known = None
                try:
                    self._decide_anew(where, moment)
                except NotCleared as error:
                    self._note(where, error)
                    raise
                self._known = seen

    def receipt(
        self,
        frame: int,
        path: Path,
        *,
        by_hand: bool = False,
        beside: Beside | None = None,
        shown: str | None = None,
    ) -> Receipt:
        """Sign for a frame whose file is ``path``; the caller has asked for it just before.

        The matte ``beside`` is believed if it is that of the very bytes that are signed for; else the file's own is
        read.

        Raises:
            Problems: of ``NotCleared``: faces that it alters and must not.
        """
        content = digest_file(path)
        if self._faces is not None:
            known = beside.matte if beside is not None and beside.content == content else None
            self._faces.require(frame, path, known)
        blank = Receipt(
            production_id=self._production.id,
            shot=self.clearance.request.shot,
            frame=frame,
            content=content,
            clearance_id=self.clearance.clearance_id,
            by_hand=by_hand,
            at=utc_text(self._clock()),
            untouched=None if beside is None else beside.untouched,
            shown=shown,
        )
        return blank.sealed(self._key)

    def written(self, frame: int, path: Path, result: Path, beside: Beside | None = None) -> None:
        """Keep the receipt of a frame of the stage's folder ``result``; ``path`` is its file, complete.

        What lies ``beside`` the frame is kept too; the receipt binds both to each other.
        """
        folder = receipts_of(result)
        if beside is None:
            write_receipt(folder, self.receipt(frame, path))
            return
        kept = beside.kept()
        receipt = self.receipt(frame, path, beside=beside, shown=digest_bytes(kept))
        write_shown(folder, frame, kept)
        write_receipt(folder, receipt)

    def faces(self, frame: int, near: Sequence[tuple[float, float, float, float]]) -> tuple[Matched, ...]:
        """Whose faces the plate shows near boxes; nobody's where faces are not looked for."""
        return () if self._faces is None else self._faces.faces(frame, near)

    def receipts(self, frames: Iterable[int], result: Path) -> dict[int, Receipt]:
        """The receipts of frames in the stage's folder ``result``, each signed by the gate; ``admit`` sees the frames.

        Raises:
            NotCleared: a frame has none, or one that the gate never gave.
        """
        given, found = clearances(self._ledger.rows()), {}
        for frame in frames:
            found[frame] = read_receipt(receipts_of(result), frame)
            if found[frame].frame != frame:
                raise NotCleared(f"frame {frame}", f"its receipt is of frame {found[frame].frame}", advice=_AGAIN)
            require_genuine(found[frame], self.clearance, given)
        return found

    def admit(
        self,
        frames: Mapping[int, Path],
        result: Path,
        *,
        by_hand: bool = False,
        relied_on: Mapping[int, Receipt] | None = None,
    ) -> tuple[Receipt, ...]:
        """Ask for every frame once more and see its receipt; only such frames go into a take.

        Args:
            frames: the files as they stand in the take.
            result: the stage's folder they come from.
            by_hand: whether an artist made them; they get their receipts here.
            relied_on: the receipts that the take was put together by: they must still be those of the frames.

        Raises:
            NotCleared: a frame is no longer cleared, or was not written through the gate.
        """
        given = clearances(self._ledger.rows())
        receipts = []
        digests = {} if by_hand else dict(zip(frames, digest_files(list(frames.values())), strict=True))
        for frame, path in frames.items():
            self(frame)
            if by_hand:
                receipts.append(self.receipt(frame, path, by_hand=True))
                continue
            receipt = (relied_on or {}).get(frame) or read_receipt(receipts_of(result), frame)
            if receipt.frame != frame:
                raise NotCleared(f"frame {frame}", f"its receipt is of frame {receipt.frame}", advice=_AGAIN)
            require_receipt(receipt, digests[frame], self.clearance, given)
            receipts.append(receipt)
        return tuple(receipts)

    def spend(self, take: str, document_digest: str, pixels: str) -> None:
        """Record the take; the clearance is used up.

        Raises:
            NotCleared: it was used before, or no longer holds.
        """
        self(self.clearance.request.first_frame)
        body = {"take": take, "clearance": self.clearance.clearance_id, "document": document_digest, "pixels": pixels}
        self._ledger.append(Event.TAKE, body, check=lambda rows: self._require_unspent(take, tuple(rows)))

    def _require_time(self, where: str, moment: datetime) -> None:
        if utc_text(moment) >= self.clearance.expires_at:
            found = f"the clearance ended at {self.clearance.expires_at}"
            raise NotCleared(where, found, advice="The same command goes on under a new one.")
        if utc_text(moment + timedelta(seconds=SKEW_S)) < self.clearance.issued_at:
            wanted = f"not before the clearance, {self.clearance.issued_at}"
            raise NotCleared(where, f"this machine's clock says {utc_text(moment)}", wanted, "Set the clock.")

    def _decide_anew(self, where: str, moment: datetime) -> None:
        rows = self._ledger.rows()
        self._require_unspent(where, rows)
        require_clock(rows[-1].at, moment)
        production = Production.open(self._production.folder)
        packs = load_packs(production)
        if packs_named(packs) != self.clearance.packs:
            raise NotCleared(where, "the rules changed since the work was cleared", advice=_AGAIN)
        standing = standing_from(self._production, rows, now=utc_text(moment))
        decision = decide(self.clearance.request, standing, packs)
        if decision.verdict is not Verdict.CLEARED:
            raise refusal(self.clearance.request, decision, where=f"{where}, is no longer cleared")
        midnight = utc_text(moment + timedelta(days=1))[:10]  # rules begin and end with a day
        self._until = min(standing.next_change() or midnight, midnight)

    def _note(self, where: str, error: NotCleared) -> None:
        """Keep in the ledger, once, that work under way was stopped; a worker without the production's key cannot."""
        if self._noted:
            return
        self._noted = True
        body = {"verdict": "stopped", "clearance": self.clearance.clearance_id, "where": where, "why": error.found}
        with contextlib.suppress(SecondUnitError):  # the refusal itself is raised in any case
            self._ledger.append(Event.DECISION, body)

    def _require_unspent(self, where: str, rows: tuple[Row, ...]) -> None:
        mine = self.clearance.clearance_id
        if mine in book_of(rows).spent:
            raise NotCleared(where, f"the clearance {mine} was used for a take already", advice=_AGAIN)
        if clearances(rows, only=mine).get(mine) != self.clearance:
            raise NotCleared(where, f"the ledger knows no such clearance as {mine}", advice=_AGAIN)

    def _stamp(self) -> Stamp:
        """What the files of rules and witnesses look like; any change, even to the same size and date, shows."""
        shipped = Path(str(resources.files("secondunit.policy"))) / "packs"
        names = self._production.rule_packs
        own = [self._production.folder / name for name in names]
        seen = witnesses(self._production).values()  # an older ledger put back has the head that is known here
        paths = [self._production.folder / DOCUMENT, *(shipped / f"{name}.toml" for name in names), *own, *seen]
        looks = [path.stat() for path in paths if path.is_file()]
        return tuple((one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for one in looks)


def clearances(rows: tuple[Row, ...], *, only: str = "") -> dict[str, Clearance]:
    """Every clearance the ledger has given, or the one of that id, by id."""
    given = {}
    for row in rows:
        if row.event == Event.CLEARANCE and only in row.body:
            body = {key: value for key, value in row.content().items() if key != "decision"}
            one = parse_document(canonical_json(body), Clearance, where=f"ledger, row {row.seq}")
            given[one.clearance_id] = one
    return given


def _faces_of(production: Production, request: Request) -> FacesInShot | None:
    """Who looks at the faces of a shot; nobody only where the effect says it alters no people and none is named."""
    if not request.people and request.facts.get("alters_people") is False:
        return None
    from secondunit.likeness.in_shot import FacesInShot  # loads the face models: only where people can be altered

    return FacesInShot(production, request)
