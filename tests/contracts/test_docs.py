"""Pages cannot drift: what can be made is made, links lead somewhere, commands named in a page exist."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib

import click

import secondunit
from secondunit.brief.document import parse_brief
from secondunit.cli import main
from secondunit.effects.registry import find_effect

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INSIDE = re.compile(r"`((?:src|tests|docs|benchmarks)/(?!_failures)[\w./-]+)`")


def pages(root):
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "benchmarks").glob("*.md")]
    return {path: path.read_text(encoding="utf-8") for path in sorted(found)}


def test_the_made_pages_are_as_the_code_says(root):
    done = subprocess.run(
        [sys.executable, "docs/make_reference.py", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def test_links_lead_somewhere(root):
    broken = []
    for page, text in pages(root).items():
        targets = [link for link in LINK.findall(text) if "://" not in link]
        broken += [f"{page.relative_to(root)}: {link}" for link in targets if not (page.parent / link).exists()]
        broken += [f"{page.relative_to(root)}: {path}" for path in INSIDE.findall(text) if not (root / path).exists()]
    assert not broken, "\n".join(broken)


def test_commands_in_the_pages_exist(root):
    assert isinstance(main, click.Group)
    targets = set(re.findall(r"^([\w-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for page, text in pages(root).items():
        lines = [line.split("#")[0].split() for _, block in BLOCK.findall(text) for line in block.splitlines()]
        for words in lines:
            if words[:1] == ["secondunit"] and len(words) > 1 and words[1].isalpha() and words[1] not in main.commands:
                wrong.append(f"{page.relative_to(root)}: secondunit {words[1]}")
            if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets:
                wrong.append(f"{page.relative_to(root)}: make {words[1]}")
            known = main.commands.get(words[1]) if words[:1] == ["secondunit"] and len(words) > 1 else None
            if isinstance(known, click.Group):
                verb = words[2] if len(words) > 2 else ""
                known = known.commands.get(verb)
                wrong += [] if known else [f"{page.relative_to(root)}: secondunit {words[1]} {verb}"]
            params = known.params if known else ()
            options = {"--help", *(option for one in params for option in (*one.opts, *one.secondary_opts))}
            wrong += [
                f"{page.relative_to(root)}: secondunit {words[1]} {word}"
                for word in words
                if known and word.startswith("--") and word.split("=")[0] not in options
            ]
    assert not wrong, "\n".join(wrong)


def test_python_in_the_pages_can_be_read(root):
    for page, text in pages(root).items():
        for language, block in BLOCK.findall(text):
            if language == "python":
                compile(block, str(page), "exec")


def test_calls_of_the_front_door_in_the_pages_fit(root):
    calls = []
    for text in pages(root).values():
        for language, block in BLOCK.findall(text):
            for node in ast.walk(ast.parse(block)) if language == "python" else ():
                if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("secondunit."):
                    calls.append(node)
    assert calls
    for call in calls:
        what = getattr(secondunit, ast.unparse(call.func).removeprefix("secondunit."))
        inspect.signature(what).bind(*call.args, **{word.arg: word.value for word in call.keywords})


def test_briefs_in_the_pages_are_briefs(root):
    for page, text in pages(root).items():
        for language, block in BLOCK.findall(text):
            if language == "toml" and (document := tomllib.loads(block)).keys() & {"brief"}:
                parse_brief(document, find_effect, source=str(page), text=block)


def test_settings_named_in_the_artists_page_exist(root, effect):
    text = (root / "docs" / f"{effect.name}.md").read_text(encoding="utf-8")
    sections = effect.settings.model_fields
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)`", text)
    files = {"png", "npz", "json", "toml", "exr", "glb", "pdf"}
    named = [(a, b) for a, b in named if a in sections and b not in files]
    wrong = [f"{a}.{b}" for a, b in named if b not in sections[a].annotation.model_fields]
    assert named
    assert not wrong, wrong


def test_the_readme_gives_a_result_by_line_40(root):
    assert "make demo" in "\n".join((root / "README.md").read_text(encoding="utf-8").splitlines()[:40])
