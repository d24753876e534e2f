"""The package imports in a bare install, quickly, in silence; what is an extra is asked for only where it is used."""

import ast
import subprocess
import sys
import tomllib

EXTRAS = {"torch", "mitsuba", "drjit", "pyoidn", "bpy", "openvino", "ray"}
HEAVY = {
    "numpy",
    "scipy",
    "numba",
    "cv2",
    "OpenImageIO",
    "PyOpenColorIO",
    "av",
    "pydantic",
    "trimesh",
    "embreex",
    "rich",
}
PLATE_RENDERER = "secondunit.testing.street"  # run by `make plate`, imported by nothing else
IMPORTED_AS = {
    "c2pa-python": "c2pa",
    "annotated-types": "annotated_types",
    "dlib-bin": "dlib",
    "opencolorio": "PyOpenColorIO",
    "opencv-python-headless": "cv2",
    "openimageio": "OpenImageIO",
    "pillow": "PIL",
    "tomli-w": "tomli_w",
    "usd-core": "pxr",
}
COMPILERS = {"numba", "llvmlite", *EXTRAS}

BLOCK_EXTRAS = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {extras!r}:
            raise ModuleNotFoundError(f'No module named {{name!r}}', name=name)
sys.meta_path.insert(0, Missing())
"""


def fresh(code):
    """Run code in a fresh interpreter in which a warning is an error; its output."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_front_door_opens_quickly_and_alone():
    code = (
        "import time; start = time.process_time(); import secondunit; spent = time.process_time() - start; import sys;"
        f"print(sorted({HEAVY | EXTRAS!r} & set(sys.modules)), spent)"
    )
    loaded, spent = fresh(code).strip().rsplit(" ", 1)
    assert loaded == "[]"
    assert float(spent) < 0.25, "seconds of CPU; it takes about a hundredth of this"


def test_the_command_line_compiles_nothing_before_it_knows_what_to_do():
    code = f"import secondunit.cli, sys; print(sorted({COMPILERS!r} & set(sys.modules)))"
    assert fresh(code).strip() == "[]"


def test_every_module_imports_without_extras(modules):
    names = [m.name for m in modules if not m.name.endswith("__main__") and not m.name.startswith(f"{PLATE_RENDERER}.")]
    code = (
        BLOCK_EXTRAS.format(extras=EXTRAS)
        + f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)"
    )
    fresh(code)


def test_extras_are_imported_inside_the_function_that_needs_them(modules):
    wrong = []
    for module in modules:
        if module.name.startswith(f"{PLATE_RENDERER}."):
            continue
        at_top = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in at_top:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            wrong += [f"{module.path}:{node.lineno}: {name}" for name in names if name.split(".")[0] in EXTRAS]
    assert not wrong, "\n".join(wrong)


def test_only_the_plate_renderer_knows_the_plate_renderer(modules):
    """Its front door gives the rendered files to anybody; the rooms behind it need the path tracer."""
    inside = {module.name for module in modules if module.name.startswith(f"{PLATE_RENDERER}.")}
    outside = [module for module in modules if module.name not in inside]
    wrong = [f"{m.path}:{line}: {name}" for m in outside for line, name in m.imports() if name in inside]
    wrong += [f"{m.path}:{at}: {n}" for m in outside for at, n in m.imports() if n.rpartition(".")[0] in inside]
    assert inside
    assert not wrong, wrong


def test_blender_stays_out_of_the_package(modules):
    """It is under the GPL: benchmarks may use it, the package may not."""
    wrong = [
        f"{m.path}:{line}" for m in modules for line, name in m.imports() if name.split(".")[0] in ("bpy", "mathutils")
    ]
    assert not wrong, wrong


def test_the_face_model_that_is_not_for_commercial_use_is_named_nowhere(modules):
    """It lies in the same package as the two that are; whoever imports that package gets a door to it."""
    number = str(67 + 1)
    assert not [m.name for m in modules if f"{number}_face" in m.text or f"predictor_{number}" in m.text]
    assert not [m.name for m in modules for _, name in m.imports() if name.startswith("face_recognition")]


def test_what_is_imported_is_declared(root, modules):
    """Every library the package imports is a dependency or an extra in pyproject.toml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for name in ("train",) for one in project["optional-dependencies"][name]]
    declared = {one.split(">")[0].split("=")[0].strip() for one in project["dependencies"] + extras}
    libraries = {IMPORTED_AS.get(one, one) for one in declared} | {"secondunit"} | set(sys.stdlib_module_names)
    wrong = [
        f"{m.path}:{line}: {name}" for m in modules for line, name in m.imports() if name.split(".")[0] not in libraries
    ]
    assert not wrong, "not in pyproject.toml:\n" + "\n".join(wrong)
