"""Settings are frozen for real, say what they mean, and each one is read by a stage that declares it."""

import ast
import re
import textwrap
import types
import typing

import pydantic
import pytest

from secondunit.effects.collapse.settings import CollapseSettings

SUFFIX_UNITS = {
    "_m_per_s2": "m/s2",
    "_m_per_s": "m/s",
    "_m": "m",
    "_mm": "mm",
    "_s": "s",
    "_deg": "deg",
    "_px": "px",
    "_kg": "kg",
    "_stops": "stops",
    "_k": "K",
}


def unit_by_name(name):
    """The unit a name promises by its suffix, longest suffix first; empty if none."""
    return next((SUFFIX_UNITS[end] for end in sorted(SUFFIX_UNITS, key=len, reverse=True) if name.endswith(end)), "")


def fields(model, prefix=""):
    """(dotted name, field) of every setting, sections opened."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, pydantic.BaseModel):
            yield from fields(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def plain_type(annotation):
    """The type without ``None``."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(one for one in typing.get_args(annotation) if one is not type(None))
    return annotation


ALL = list(fields(CollapseSettings))


@pytest.mark.parametrize(("name", "field"), ALL, ids=[name for name, _ in ALL])
def test_a_setting_says_what_it_means(name, field):
    text = field.description or ""
    assert re.fullmatch(r"[A-Z].*\.", text, re.DOTALL), f"{name} needs a sentence: {text!r}"
    unit = (field.json_schema_extra or {}).get("unit", "")
    promised = unit_by_name(name.rsplit(".", 1)[-1])
    assert not promised or unit == promised, f"{name} promises {promised!r} by its name and says {unit!r}"
    if plain_type(field.annotation) in (int, float):
        limits = {type(one).__name__ for one in field.metadata}
        assert limits & {"Ge", "Gt"}, f"{name} has no lower bound"
        assert limits & {"Le", "Lt"}, f"{name} has no upper bound"


def test_settings_cannot_be_changed():
    settings = CollapseSettings()
    for section_name in CollapseSettings.model_fields:
        section = getattr(settings, section_name)
        with pytest.raises(pydantic.ValidationError):
            setattr(settings, section_name, section)
        for name in type(section).model_fields:
            with pytest.raises(pydantic.ValidationError):
                setattr(section, name, getattr(section, name))
            hash(getattr(section, name))  # a list or a dict inside could still be changed


def test_an_unknown_word_is_an_error():
    with pytest.raises(pydantic.ValidationError, match="extra_forbidden"):
        CollapseSettings.model_validate({"dust": {"amuont": 1}})
    with pytest.raises(pydantic.ValidationError):
        CollapseSettings.model_validate({"dust": {"amount": float("nan")}})


def test_the_defaults_pass_their_own_checks():
    assert CollapseSettings.model_validate(CollapseSettings().model_dump()) == CollapseSettings()


def last_word(node):
    """``c`` of the expressions ``c`` and ``a.b.c``; empty for any other."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def holders(tree, sections):
    """(word, section) of all that holds a section of the settings in a module: by its name, by what it is annotated
    with, or because a section was put into it.
    """
    classes = {field.annotation.__name__: name for name, field in sections.items()}
    held, pairs = {(name, name) for name in sections}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and last_word(node.annotation) in classes:
            held.add((node.arg, classes[last_word(node.annotation)]))
        for target in node.targets if isinstance(node, ast.Assign) else ():
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs += zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
    for _ in range(2):  # once more for what was put into something by way of another word
        held |= {(last_word(to), section) for to, of in pairs for word, section in held if last_word(of) == word}
    return held


def settings_read(trees, model):
    """Dotted names of the settings that are taken from a section of the settings anywhere in these modules."""
    read = set()
    for tree in trees:
        nodes = list(ast.walk(tree))
        names = [one for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names]
        imported = {one.asname or one.name.split(".")[0] for one in names}  # modules, functions: no settings
        taken = [node for node in nodes if isinstance(node, ast.Attribute)]
        taken = [node for node in taken if not (isinstance(node.value, ast.Name) and node.value.id in imported)]
        held = holders(tree, model.model_fields)
        read |= {f"{section}.{one.attr}" for one in taken for word, section in held if last_word(one.value) == word}
    return read


def test_every_setting_is_read_by_its_effect(modules):
    """Nothing given is ignored: each setting is taken from the settings, in the code of the effect that declares it."""
    package = CollapseSettings.__module__.rpartition(".")[0]
    inside = [m.tree for m in modules if m.name.startswith(f"{package}.") and m.name != CollapseSettings.__module__]
    unread = {name for name, _ in ALL} - settings_read(inside, CollapseSettings) - {"output.width_px"}
    assert not unread, f"no code of {package} reads: {sorted(unread)}"  # the width is read by the shoot itself


def test_a_module_of_the_same_name_reads_no_setting():
    code = """
        from effect import dust
        from effect.wind.amount import heaviness
        def stage(context, one: Dust):
            dust.amount.run(context.wind.amount, one.{})
            two = context.settings.dust
            two.turbulence
    """
    for word in ("settle_s", "wind_m_per_s"):
        tree = ast.parse(textwrap.dedent(code.format(word)))
        assert settings_read([tree], CollapseSettings) == {f"dust.{word}", "dust.turbulence"}


def test_the_stages_declare_what_they_read(effect):
    known = {name for name, _ in fields(effect.settings)}
    declared = known & {"output.width_px", "output.height_px"}  # the working size: the shoot itself reads it
    declared |= {name for name in known if name.startswith("drawings.")}  # the title block: read when papers are issued
    for stage in effect.stages:
        for word in stage.reads:
            covered = {name for name in known if name == word or name.startswith(f"{word}.")}
            assert covered, f"stage {stage.name} reads {word!r}, which is no setting"
            declared |= covered
    assert declared == known, f"no stage declares: {sorted(known - declared)}"


def test_the_stages_are_in_run_order(effect):
    done = set()
    for stage in effect.stages:
        missing = set(stage.needs) - done
        assert not missing, f"stage {stage.name} needs {missing}, which come later or not at all"
        done.add(stage.name)
    assert len(done) == len(effect.stages), "two stages have one name"
    assert stage.uses_frames, "the last stage writes the take's frames"
