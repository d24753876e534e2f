"""The source as data: every module of the package, read but not imported."""

import ast
import dataclasses
import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


@dataclasses.dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def is_public(self) -> bool:
        """A file is public when no part of its name starts with an underscore."""
        return not any(part.startswith("_") for part in self.name.split("."))

    @property
    def room(self) -> str:
        """The folder or file right below the package; empty for the package itself."""
        return (*self.name.split("."), "")[1]

    def imports(self) -> list[tuple[int, str]]:
        """Line and absolute name of everything imported, also inside functions; ``from a import b`` is ``a.b``."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}:{node.lineno}: write the full name of the module"
                found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
        return found


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        found.append(Module(path, name, text, ast.parse(text)))
    return found


EFFECTS = {
    point.name: point
    for point in importlib.metadata.entry_points(group="secondunit.effects")
    if point.module.startswith("secondunit.")
}


@pytest.fixture(params=sorted(EFFECTS))
def effect(request: pytest.FixtureRequest) -> Any:
    """Each effect of this package, as anybody finds it: by entry point."""
    return EFFECTS[request.param].load()()
