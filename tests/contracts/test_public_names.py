"""Public is a decision: what others may use is written down, and a change to it shows in the same commit.

A file whose name has no leading underscore is public; so is every name it defines without one.
Run as a program (``make names``) this writes the inventory anew.
"""

import ast
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
INVENTORY = Path(__file__).with_name("public_names.json")


def names_of(tree):
    """Names a module defines for others: its ``__all__``, else what it defines at the top without an underscore."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            written = {target.id for target in targets if isinstance(target, ast.Name)}
            if "__all__" in written:
                return sorted(ast.literal_eval(node.value))
            names |= written
    return sorted(name for name in names if not name.startswith("_"))


def public_names():
    found = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
        if any(part.startswith("_") for part in name.split(".")):
            continue
        names = names_of(ast.parse(path.read_text(encoding="utf-8")))
        if names:
            found[name] = names
    return found


def test_the_public_names_are_those_written_down():
    written = json.loads(INVENTORY.read_text(encoding="utf-8"))
    found = public_names()
    changes = []
    for module in sorted({*written, *found}):
        gone = set(written.get(module, [])) - set(found.get(module, []))
        new = set(found.get(module, [])) - set(written.get(module, []))
        changes += [f"- {module}.{name}" for name in sorted(gone)] + [f"+ {module}.{name}" for name in sorted(new)]
    assert not changes, "\n".join(["the public names changed; if that is meant, run: make names", *changes])


def test_what_is_listed_as_public_can_be_told_from_what_is_not():
    assert names_of(ast.parse("import os\nA = 1\n_b = 2\ndef c(): ...\nclass _D: ...\nclass E: ...")) == ["A", "E", "c"]
    assert names_of(ast.parse("__all__ = ['x']\ndef y(): ...")) == ["x"]


if __name__ == "__main__":
    INVENTORY.write_text(json.dumps(public_names(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {INVENTORY.relative_to(ROOT)}")
