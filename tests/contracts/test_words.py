"""Nothing in the repository points at one developer's machine, an index, or work left over."""

import re

TEXT = {".py", ".md", ".toml", ".json", ".lock", ".txt", ".cfg", ".yml", ".yaml", ""}
TOP_LEVEL = ("Makefile", "LICENSE", ".gitignore", "pyproject.toml")
WRONG = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|home|root|Users|opt|mnt)/\w"),
    "an index or a credential in an address": re.compile(
        r"--(?:extra-)?index-url|--find-links|https?://[^/\s]*:[^/\s]*@"
    ),
    "a number that only means something in a tracker": re.compile(r"\bissue #?\d", re.IGNORECASE),
    "work left over": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|\bbreakpoint\(\)|\bpdb\b"),
}


def text_files(root):
    folders = ("src", "tests", "docs", "benchmarks", ".ci", ".github")
    below = [path for folder in folders for path in (root / folder).rglob("*")]
    top = [path for path in root.iterdir() if path.suffix in {".md", ".lock"} or path.name in TOP_LEVEL]
    here = root / "tests" / "contracts" / "test_words.py"
    return [
        path
        for path in sorted(below + top)
        if path.is_file()
        and path.suffix in TEXT
        and path != here
        and not {"__pycache__", "_failures"} & set(path.parts)
    ]


def test_the_text_stands_on_its_own(root):
    found = []
    for path in text_files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [
                f"{path.relative_to(root)}:{number}: {what}: {line.strip()[:100]}"
                for what, pattern in WRONG.items()
                if pattern.search(line)
            ]
    assert not found, "\n".join(found)
