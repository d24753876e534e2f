"""Which code made a result: the source of a stage and of all it imports of its package and ours, as one digest."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from secondunit.errors import BrokenStore
from secondunit.records import digest_bytes, digest_json

# A line with the word; a statement to the end of its bracket or line, alone there and no continued line.
_WORD = re.compile(r"^[^#\n]*\bimport\b", re.MULTILINE)
_STATEMENT = re.compile(
    r"(?<!\\\n)^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?:\([^()]*\)|[\w.*, \t]+)[ \t]*(?:#.*)?$", re.MULTILINE
)


@cache
def source_digest(module: str) -> str:
    """SHA-256 over the sources of ``module`` and of all it imports from its own top-level package and from this one."""
    tops, found, todo = {_top(module), _top(__name__)}, dict[str, str](), [module]
    while todo:
        name = todo.pop()
        path = _source(name)
        if name in found or path is None:
            continue
        found[name], imports = _read(name, path)
        todo += [one for one in imports if _top(one) in tops]
    if not found:
        raise BrokenStore(module, "has no source file", "a stage in a .py file")
    return digest_json(found)


@cache
def _read(name: str, path: Path) -> tuple[str, tuple[str, ...]]:
    """Digest and imports of one file; most stages share most files."""
    source = path.read_bytes()
    return digest_bytes(source), tuple(_imports(name, path, source))


def _top(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


@cache
def _source(name: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ModuleNotFoundError, ValueError):
        return None  # `from module import name`: the name may be a class and not a module
    origin = spec.origin if spec else None
    return Path(origin) if origin and origin.endswith(".py") else None


def _imports(name: str, path: Path, source: bytes) -> Iterator[str]:
    """All modules that ``source`` may import, lazily or not; names that are no modules are dropped by ``_source``."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(_statements(source))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(source: bytes) -> bytes:
    """The import statements alone, ten times as quick to parse, if each stands on lines of its own; else everything."""
    text = source.decode("utf-8", "replace").replace("\r\n", "\n")
    found = [one[0] for one in _STATEMENT.finditer(text)]
    words = sum(len(_WORD.findall(one)) for one in found)
    if words != len(_WORD.findall(text)):
        return source  # the word stands somewhere else too
    alone = "\n".join(one.strip() for one in found).encode()
    try:
        ast.parse(alone)
    except SyntaxError:
        return source
    return alone
