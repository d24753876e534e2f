"""Which code made a result: the source of a stage and of all it imports of its package and ours, as one digest."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from secondunit.errors import BrokenStore
from secondunit.records import digest_file, digest_json


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
    return digest_file(path), tuple(_imports(name, path))


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


def _imports(name: str, path: Path) -> Iterator[str]:
    """All modules that ``path`` may import, lazily or not; names that are no modules are dropped by ``_source``."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = importlib.util.resolve_name("." * node.level + base, package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
