"""A production on disk: one folder for everything that came in, what was made of it and who agreed to it."""

from __future__ import annotations

import re
import secrets
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import tomli_w

from secondunit.errors import BrokenStore, Problems, SecondUnitError, nearest
from secondunit.keys import own_key
from secondunit.records import safe_name, whole_file
from secondunit.timebase import parse_rate

DOCUMENT = "production.toml"
DEFAULT_PACKS = ("house-intended-use", "house-consent", "house-c2pa")
FOLDERS = ("plates", "briefs", "takes")
LEDGER = "ledger.db"  # below the folder, unless ``database`` names a server
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,47}")
_KEY = re.compile(r"[0-9a-f]{64}")
_DATABASE, _ADDRESS = re.compile(r"|postgresql\+psycopg://\S+"), "postgresql+psycopg://USER@HOST/NAME"


@dataclass(frozen=True)
class Production:
    """What ``production.toml`` says.

    Attributes:
        folder: where the production lives, absolute.
        title: for people.
        rate: frames a second, exact.
        id: names the production in consents, approvals and clearances; never changed.
        key: public half of the key that signs the ledger and clearances, Ed25519 in hex.
        database: where the ledger is: empty for a file in the folder, else a PostgreSQL address.
        rule_packs: names of the packs the policy decides by: shipped ones, or paths below the folder.
        use: what holds for every use, as a brief's ``[use]`` says it; the policy checks it when it is asked.
    """

    folder: Path
    title: str
    rate: Fraction
    id: str
    key: str
    database: str = ""
    rule_packs: tuple[str, ...] = DEFAULT_PACKS
    use: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def new(cls, folder: Path, *, title: str, rate: str | float = "24", database: str = "") -> Production:
        """Make the folder, its document, and in the user's own folder the key that signs for it.

        Raises:
            BrokenStore: there is a production already, something else is in the way, or the title or rate is unusable.
        """
        folder = Path(folder).absolute()
        document = folder / DOCUMENT
        if document.exists():
            raise BrokenStore(str(document), "there is a production already", advice="Choose another folder.")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BrokenStore(str(folder), "something else is there", "a new or empty folder", "Choose another folder.")
        exact = _rate("--rate", rate)
        if not title.strip():
            raise BrokenStore("--title", "an empty title", "a few words")
        if not _DATABASE.fullmatch(database):
            raise BrokenStore("--database", f"{database!r}", _ADDRESS)
        production_id = _new_id(title)
        content = {
            "title": title,
            "rate": str(exact),
            "id": production_id,
            "key": own_key(key_name(production_id)).public,
            "rule_packs": list(DEFAULT_PACKS),
        }
        if database:
            content["database"] = database
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        with whole_file(document) as temporary:
            temporary.write_bytes((tomli_w.dumps(content) + _USE).encode())
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Production:
        """Read a production.

        Raises:
            BrokenStore: the folder is not a production, or its document says something unusable; all of it at once.
        """
        folder = Path(folder).absolute()
        document = folder / DOCUMENT
        if not document.is_file():
            advice = "Make one with 'secondunit new', or give the folder that holds production.toml."
            raise BrokenStore(str(folder), "is not a production (no production.toml)", advice=advice)
        try:
            content = tomllib.loads(document.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BrokenStore(str(document), f"cannot be read ({error})", "TOML in UTF-8") from error
        return _parse(folder, document, content)

    def inside(self, text: str, *, where: str) -> Path:
        """The path ``text`` names below the folder; it cannot climb out, not even by a link.

        Raises:
            BrokenStore: it is absolute or climbs out.
        """
        path = (self.folder / text).resolve()
        if Path(text).is_absolute() or not path.is_relative_to(self.folder.resolve()):
            raise BrokenStore(
                where, f"{text!r} is outside the production", "a path below its folder", f"Copy it into {self.folder}."
            )
        return path

    def takes_folder(self, shot: str) -> Path:
        """Where the takes of ``shot`` are."""
        return self.folder / "takes" / safe_name(shot, where="shot")

    def work_folder(self, shot: str) -> Path:
        """Where the stage results of ``shot`` are; may be deleted at any time."""
        return self.folder / "work" / safe_name(shot, where="shot")

    def survey_folder(self, shot: str) -> Path:
        """Where the survey of ``shot`` is."""
        return self.folder / "surveys" / safe_name(shot, where="shot")

    def shots(self) -> tuple[str, ...]:
        """The shots that have a plate."""
        plates = self.folder / "plates"
        return tuple(sorted(path.name for path in plates.iterdir() if path.is_dir())) if plates.is_dir() else ()


_USE = """
# [use]  # What holds for the whole production; a brief can say otherwise. All words: secondunit policy fields
# territories = ["world"]
# media = ["streaming"]
# languages = ["en"]
# marketing = false
# pitch = false
# political = false
# brands = false
# registries_used = false  # no consent registry is looked up for the people of this production
"""


def key_name(production_id: str) -> str:
    """The name of a production's signing key in the user's own folder."""
    return f"production-{production_id}"


def _new_id(title: str) -> str:
    """A readable part from the title, and a part that nobody else has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    return f"{words or 'production'}-{secrets.token_hex(4)}"


def _parse(folder: Path, document: Path, content: dict[str, Any]) -> Production:
    checks: dict[str, tuple[type, str]] = {
        "title": (str, "words"),
        "rate": (str, 'a rate as text, e.g. "24" or "24000/1001"'),
        "id": (str, "the id it was made with"),
        "key": (str, "the public key it was made with"),
        "rule_packs": (list, "a list of names"),
    }
    optional = {"database": (str, "text"), "use": (dict, "a table")}
    problems: list[SecondUnitError] = []
    for key in content.keys() - checks.keys() - optional.keys():
        problems.append(BrokenStore(f"{document}: {key}", "unknown key", advice=nearest(key, {**checks, **optional})))
    for key, (kind, wanted) in {**checks, **{key: optional[key] for key in optional.keys() & content.keys()}}.items():
        if not isinstance(content.get(key), kind):
            found = f"{content[key]!r}" if key in content else "missing"
            problems.append(BrokenStore(f"{document}: {key}", found, wanted))
    packs = content.get("rule_packs", [])
    if isinstance(packs, list) and (not packs or not all(isinstance(pack, str) for pack in packs)):
        problems.append(BrokenStore(f"{document}: rule_packs", f"{packs!r}", "at least one name of a rule pack"))
    database = content.get("database", "")
    for key, value, form, wanted in (
        ("id", content.get("id", "none"), _ID, "small letters, digits and '-'"),
        ("key", content.get("key", "0" * 64), _KEY, "64 hex digits"),
        ("database", database, _DATABASE, _ADDRESS),
    ):
        if isinstance(value, str) and not form.fullmatch(value):
            problems.append(BrokenStore(f"{document}: {key}", f"{value!r}", wanted))
    rate = _attempt(lambda: _rate(f"{document}: rate", content.get("rate", "24")), problems)
    if problems or rate is None:
        raise Problems(problems)
    return Production(
        folder, content["title"], rate, content["id"], content["key"], database, tuple(packs), content.get("use", {})
    )


def _attempt(work: Callable[[], Fraction], problems: list[SecondUnitError]) -> Fraction | None:
    try:
        return work()
    except SecondUnitError as error:
        problems.append(error)
        return None


def _rate(where: str, text: str | float) -> Fraction:
    try:
        return parse_rate(text)
    except (ValueError, ZeroDivisionError) as error:
        raise BrokenStore(where, str(error), "frames a second, e.g. 24, 23.976 or 24000/1001") from error
