"""Writes what the code already says into the pages: settings, command line, errors, and the code cut into the guides.

``make docs`` writes, ``make check`` only compares. A page asks for code by a comment line before the block:
``<!-- code: src/secondunit/testing/tiny_effect.py Tint -->`` names a file and something defined in it.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import click
import pydantic

import secondunit.errors
from secondunit.cli import main
from secondunit.policy.hard_blocks import CLAUSES
from secondunit.policy.rules import ReadyRule, read_pack, shipped_packs
from secondunit.policy.vocabulary import FIELDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MADE = "<!-- Made by `make docs` from the code: change it there. -->\n\n"
BLOCKS = re.compile(r"(<!-- hard blocks -->\n).*?(<!-- end of hard blocks -->)", re.DOTALL)
CODE = re.compile(r"(<!-- code: (\S+) (\S+) -->\n```python\n).*?(```\n)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Every page this program answers for, with the text it should have."""
    made = {DOCS / "reference" / "cli.md": cli_page(), DOCS / "reference" / "errors.md": errors_page()}
    for point in importlib.metadata.entry_points(group="secondunit.effects"):
        if point.module.startswith("secondunit."):
            made[DOCS / "reference" / f"{point.name}.md"] = settings_page(point.name, point.load())
    made[DOCS / "reference" / "rules.md"] = rules_page()
    for path in sorted(DOCS.glob("*.md")):
        made[path] = BLOCKS.sub(hard_blocks, CODE.sub(cut, path.read_text(encoding="utf-8")))
    return made


def hard_blocks(block: re.Match[str]) -> str:
    """The table of what no approval can allow."""
    rows = [f"| `{hard}` | {says} *({source})* |\n" for hard, (says, source) in CLAUSES.items()]
    return block[1] + "| block | says |\n|---|---|\n" + "".join(rows) + block[2]


def rules_page() -> str:
    """Every shipped rule with its source, and every field a rule can name."""
    packs = [read_pack(data, where=name) for name, data in shipped_packs().items()]
    text = (
        f"{MADE}# All shipped rules\n\nShort sentences of ours about other people's documents, **not legal advice**. "
        "Confidence: **P** primary text read, **S** secondary source read, **K** background knowledge, have counsel "
        "check it. What they do: [May we](../policy.md). A rule speaks when its condition holds; one that names a "
        "`person.` or `consent.` field is asked of every changed person, one with a `tool.` field of every tool.\n\n"
    )
    text += "| pack | what | rules |\n|---|---|--:|\n"
    text += "".join(f"| [{pack.id}](#{pack.id}) | {pack.title} | {len(pack.rules)} |\n" for pack in packs)
    for pack in packs:
        text += f"\n## {pack.id}\n\n{pack.title}, version {pack.version}. Source: {pack.source}, read {pack.as_of}; "
        text += f"confidence {pack.confidence} unless a rule says otherwise.\n\n"
        text += f"{pack.note}\n\n" if pack.note else ""
        text += f"Builds on: {', '.join(pack.builds_on)}.\n\n" if pack.builds_on else ""
        text += "".join(rule_text(ready) for ready in pack.rules)
    text += "\n## Fields\n\n| field | type | says | said by |\n|---|---|---|---|\n"
    for field in sorted(FIELDS.values(), key=lambda one: one.name):
        words = ": " + ", ".join(f"`{word}`" for word in field.words) if field.words else ""
        by = "brief or production" if field.given else "worked out"
        text += f"| `{field.name}` | {field.kind}{words} | {field.sentence} | {by} |\n"
    return text


def rule_text(ready: ReadyRule) -> str:
    """One rule for a reader who does not know code."""
    rule = ready.rule
    then = rule.then.value + (f" ({', '.join(rule.of)})" if rule.of else "")
    lines = [f"**{rule.id}** ({rule.clause}; {ready.confidence}) {rule.says}"]
    lines.append(f"when `{' '.join(rule.when.split()) or 'always'}` → **{then}**")
    for name, words in (("territories", rule.territories), ("media", rule.media), ("tell", rule.tell)):
        lines += [f"{name}: {', '.join(words)}"] if words else []
    lines += [f"from {rule.in_force_from}"] if rule.in_force_from else []
    lines += [f"until {rule.in_force_until}"] if rule.in_force_until else []
    lines += [f"record: {'; '.join(rule.evidence)}"] if rule.evidence else []
    lines += [f"*not certain: {rule.unsure}*"] if rule.unsure else []
    return "- " + "  \n  ".join(lines) + "\n"


def cut(block: re.Match[str]) -> str:
    """A code block with the code as it is now."""
    text = (ROOT / block[2]).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if getattr(node, "name", None) == block[3]:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])  # type: ignore[attr-defined]
            lines = text.splitlines(keepends=True)[first - 1 : node.end_lineno]  # type: ignore[attr-defined]
            return block[1] + "".join(lines) + block[4]
    sys.exit(f"docs ask for {block[3]!r} in {block[2]}, where nothing has that name")


def settings_page(name: str, effect: Any) -> str:
    """One effect's settings, section by section, and its stages."""
    text = f"{MADE}# Settings of `{name}`\n\n{first_line(effect.settings)}\n\n"
    for section, field in effect.settings.model_fields.items():
        model = field.annotation
        text += f"## `[{section}]`\n\n{first_line(model)}\n\n"
        text += "| setting | default | unit | range | meaning |\n|---|---|---|---|---|\n"
        text += "".join(settings_row(key, one) for key, one in model.model_fields.items()) + "\n"
    text += "## Stages\n\n| stage | needs | reads |\n|---|---|---|\n"
    for stage in effect.stages:
        needs, reads = ", ".join(stage.needs) or "–", ", ".join(f"`{word}`" for word in stage.reads) or "–"
        text += f"| {stage.name} | {needs} | {reads} |\n"
    return text


def settings_row(key: str, field: pydantic.fields.FieldInfo) -> str:
    """One line of the table."""
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    cells = [f"`{key}`", shown(field.default), unit, limits(field), (field.description or "").replace("|", "\\|")]
    return "| " + " | ".join(cells) + " |\n"


def shown(value: Any) -> str:
    """A default as it would stand in a brief."""
    if value is None:
        return "–"
    return "`" + str(list(value) if isinstance(value, tuple) else value).replace("'", '"') + "`"


def limits(field: pydantic.fields.FieldInfo) -> str:
    """The words allowed, or the range."""
    words = [str(word) for word in choices(field.annotation)]
    if words:
        return ", ".join(f"`{word}`" for word in words)
    found = {type(mark).__name__: mark for mark in field.metadata}
    low = f"≥ {found['Ge'].ge:g}" if "Ge" in found else f"> {found['Gt'].gt:g}" if "Gt" in found else ""
    high = f"≤ {found['Le'].le:g}" if "Le" in found else f"< {found['Lt'].lt:g}" if "Lt" in found else ""
    return ", ".join(filter(None, (low, high)))


def choices(annotation: Any) -> Iterator[Any]:
    """The values of a ``Literal``, also inside a union."""
    for inner in get_args(annotation):
        if isinstance(inner, str):
            yield inner
        elif get_origin(annotation) is not tuple:
            yield from choices(inner)


def cli_page() -> str:
    """Every verb, as its own help says it; what all verbs share stands at the top."""
    look: dict[str, Any] = {"max_content_width": 100, "color": False, **main.context_settings}
    top = click.Context(main, info_name="secondunit", **look)
    text = f"{MADE}# Command line\n\n```text\n{main.get_help(top)}\n```\n"
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, parent=top, info_name=name, **look)
        text += verb_text(f"secondunit {name}", command, context)
        if isinstance(command, click.Group):
            for inner, verb in sorted(command.commands.items()):
                inside = click.Context(verb, parent=context, info_name=inner, **look)
                text += verb_text(f"secondunit {name} {inner}", verb, inside)
    return text


def verb_text(line: str, command: click.Command, context: click.Context) -> str:
    """One verb's own help."""
    help_page = context.make_formatter()
    command.format_usage(context, help_page)
    command.format_help_text(context, help_page)
    command.format_options(context, help_page)
    return f"\n## `{line}`\n\n```text\n{help_page.getvalue().rstrip()}\n```\n"


def errors_page() -> str:
    """The errors with the exit codes a script can use."""
    text = f"{MADE}# Errors and exit codes\n\nExit code 0 is success, 1 a bug in `secondunit`.\n\n"
    text += "| error | exit code | meaning |\n|---|--:|---|\n"
    for name, kind in vars(secondunit.errors).items():
        if isinstance(kind, type) and issubclass(kind, secondunit.errors.SecondUnitError):
            code = "of the first" if kind is secondunit.errors.Problems else kind.exit_code
            text += f"| `{name}` | {code} | {first_line(kind)} |\n"
    return text


def first_line(thing: Any) -> str:
    """The sentence a class or module starts with."""
    return str(thing.__doc__).strip().splitlines()[0]


def check_or_write(check: bool) -> int:
    """Write the pages, or name those that are not as they should be."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if not check:
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    verb = "stale" if check else "wrote"
    for path in stale:
        print(f"{verb}: {path.relative_to(ROOT)}")
    if check and stale:
        print("run: make docs")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(check_or_write("--check" in sys.argv[1:]))
