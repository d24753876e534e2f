"""Rule packs: what a house, a guild or a country says, as data that can be read and reviewed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from secondunit.errors import BrokenStore, Problems, nearest
from secondunit.production import Production
from secondunit.records import digest_bytes


class Then(StrEnum):
    """What follows when a rule matches."""

    CLEAR = "clear"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"


class Rule(BaseModel):
    """When ``use`` and ``kind`` match, ``then`` follows. An empty list matches everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    then: Then
    use: tuple[Literal["ideation", "temp", "final"], ...] = ()
    kind: tuple[str, ...] = ()
    clause: str
    source: str

    def matches(self, use: str, kind: str) -> bool:
        """Whether this rule speaks about such work."""
        return (not self.use or use in self.use) and (not self.kind or kind in self.kind)


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: _Head
    rule: tuple[Rule, ...]


@dataclass(frozen=True)
class Pack:
    """A named set of rules; ``digest`` is of the file it was read from."""

    name: str
    version: int
    digest: str
    rules: tuple[Rule, ...]


def read_pack(data: bytes, *, where: str) -> Pack:
    """Read a rule pack from TOML.

    Raises:
        Problems: all that is wrong with it.
    """
    try:
        content = _Document.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        raise Problems(
            BrokenStore(f"{where}: {'.'.join(str(part) for part in one['loc'])}", one["msg"]) for one in error.errors()
        ) from error
    except (ValueError, RecursionError) as error:
        raise Problems([BrokenStore(where, f"cannot be read ({error})", "a rule pack in TOML")]) from error
    return Pack(content.pack.name, content.pack.version, digest_bytes(data), content.rule)


def shipped_packs() -> dict[str, bytes]:
    """The rule packs that come with the package, by name."""
    folder = resources.files("secondunit.policy") / "packs"
    files = [one for one in folder.iterdir() if one.name.endswith(".toml")]
    return {one.name.removesuffix(".toml"): one.read_bytes() for one in files}


def load_packs(production: Production) -> Sequence[Pack]:
    """The packs a production decides by, in the order it names them.

    Raises:
        BrokenStore: a pack is missing or broken: nothing is cleared then.
    """
    shipped, packs = shipped_packs(), []
    for name in production.rule_packs:
        where = f"{production.folder}: rule pack {name!r}"
        if name in shipped:
            packs.append(read_pack(shipped[name], where=where))
            continue
        path = production.inside(name, where=where)
        if not path.is_file():
            raise BrokenStore(where, "no such pack", "a shipped pack or a file", nearest(name, shipped))
        packs.append(read_pack(Path(path).read_bytes(), where=str(path)))
    return tuple(packs)
