"""Approvals: who agreed to what, when. Written once; taken back by a second document, never by a change."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from secondunit.errors import BrokenStore
from secondunit.production import Production
from secondunit.records import digest_json, read_json, write_json


@dataclass(frozen=True)
class Approval:
    """One person's agreement to one brief on one plate.

    Attributes:
        by: who approved.
        at: when, ISO 8601 in UTC.
        note: in the approver's words.
        production, shot, use, brief_digest, plate_digest: what exactly was approved; any change needs a new approval.
    """

    by: str
    at: str
    note: str
    production: str
    shot: str
    use: str
    brief_digest: str
    plate_digest: str

    @property
    def id(self) -> str:
        """Twelve hex digits of its own content: an edited approval no longer fits its name."""
        return digest_json(asdict(self))[:12]


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def record(production: Production, approval: Approval) -> Path:
    """Write an approval; returns its file."""
    if not approval.by.strip():
        raise BrokenStore("--by", "no name", "the name of the person who approves")
    path = _folder(production) / f"{approval.id}.json"
    write_json(path, {"kind": "approval", "version": 1, **asdict(approval)})
    return path


def withdraw(production: Production, approval_id: str, *, by: str, note: str) -> Path:
    """Take an approval back; it stays on disk for the record but counts no more.

    Raises:
        BrokenStore: no such approval, or nobody is named.
    """
    known = [path.stem for path in _folder(production).glob("*.json")]
    if approval_id not in known or not by.strip():
        found = f"no approval {approval_id!r}" if approval_id not in known else "nobody is named"
        raise BrokenStore(str(_folder(production)), found, "an approval's id and the name of who takes it back")
    path = _folder(production) / f"{approval_id}.withdrawn"
    write_json(path, {"kind": "withdrawal", "version": 1, "by": by, "at": now(), "note": note})
    return path


def standing(production: Production) -> tuple[Approval, ...]:
    """All approvals that were not withdrawn, read from disk now.

    Raises:
        BrokenStore: an approval is damaged or was edited.
    """
    folder = _folder(production)
    approvals = []
    for path in sorted(folder.glob("*.json")):
        content = read_json(path, kind="approval", version=1)
        try:
            approval = Approval(**{key: value for key, value in content.items() if key not in ("kind", "version")})
        except TypeError as error:
            raise BrokenStore(str(path), f"is not an approval ({error})", advice="Remove it.") from error
        if approval.id != path.stem:
            raise BrokenStore(
                str(path), "was edited after it was given", "an approval as recorded", "Remove it and approve again."
            )
        if not path.with_suffix(".withdrawn").exists():
            approvals.append(approval)
    return tuple(approvals)


def _folder(production: Production) -> Path:
    return production.folder / "approvals"
