"""Small files, functions that can be seen whole, no junk drawers."""

import ast
import statistics

FILE_LINES = 400
MEDIAN_FILE_LINES = 150
FUNCTION_LINES = 60  # without the docstring
JUNK_DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "core", "base_utils"}


def length(function):
    """Lines of a function, without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        first = function.body[0]
        lines -= first.end_lineno - first.lineno + 1
    return lines


def python_files(root):
    return [path for folder in ("src", "tests", "docs", "benchmarks") for path in sorted((root / folder).rglob("*.py"))]


def test_files_are_small(root, modules):
    counts = {path.relative_to(root): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(root)}
    long = {str(path): lines for path, lines in counts.items() if lines > FILE_LINES}
    assert not long, f"longer than {FILE_LINES} lines: {long}"
    assert statistics.median(module.text.count("\n") for module in modules) <= MEDIAN_FILE_LINES


def test_functions_can_be_seen_whole(root):
    long = []
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > FUNCTION_LINES:
                long.append(f"{path.relative_to(root)}:{node.lineno}: {node.name} has {length(node)} lines")
    assert not long, f"longer than {FUNCTION_LINES} lines without docstring:\n" + "\n".join(long)


def test_every_file_has_a_name_that_says_what_is_in_it(modules):
    drawers = [module.name for module in modules if JUNK_DRAWERS & set(module.name.split("."))]
    assert not drawers, f"name these after what they do: {drawers}"


def test_every_module_says_what_it_is(modules):
    silent = [str(module.path) for module in modules if not ast.get_docstring(module.tree)]
    assert not silent, f"no docstring: {silent}"
