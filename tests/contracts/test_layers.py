"""Folders are the data path: a module imports only from rooms above its own in this list."""

ROOMS = (
    (
        "errors",
        "timebase",
        "units",
        "records",
        "home",
        "keys",
        "kernels",
    ),  # ground: imports nothing of ours but its fellows
    ("imaging",),
    ("scene",),
    ("nets",),
    ("provenance",),
    ("farm",),
    ("production",),
    ("plate",),
    ("brief",),
    ("policy", "likeness", "works"),
    ("effects",),
    ("take",),
    ("review",),
    ("delivery",),
    ("shoot", "starting"),
    ("variations",),
    ("testing",),
    ("cli",),
)
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}


def target_of(name):
    """(room, effect or '') of an imported name of ours; the package's own version is nobody's room."""
    parts = (*name.split("."), "", "")
    if parts[1] in ("", "__version__"):
        return None
    return parts[1], parts[2] if parts[1] == "effects" else ""


def test_every_module_stands_in_a_room_of_the_line(modules):
    unknown = {module.name for module in modules if module.room and module.room not in RANK}
    assert not unknown, f"give these a place in ROOMS (tests/contracts/test_layers.py): {sorted(unknown)}"


def test_imports_point_up_the_line_only(modules):
    wrong = []
    for module in modules:
        if not module.room:  # the package's front door may name anything
            continue
        for line, name in module.imports():
            target = target_of(name) if name.split(".")[0] == "secondunit" else None
            if target and RANK.get(target[0], 99) > RANK.get(module.room, 99):
                wrong.append(f"{module.path}:{line}: {module.room} imports {target[0]}, which is further down the line")
    assert not wrong, "\n".join(wrong)


def test_effects_do_not_know_each_other(modules):
    packages = {m.name.split(".")[2] for m in modules if m.room == "effects" and m.name.count(".") >= 3}
    wrong = []
    for module in modules:
        own = (*module.name.split("."), "", "")[2]
        for line, name in module.imports():
            target = target_of(name) if name.startswith("secondunit.effects.") else None
            if module.room == "effects" and target and target[1] in packages and target[1] != own:
                wrong.append(f"{module.path}:{line}: {own} imports {target[1]}; what two effects want moves to stock")
    assert not wrong, "\n".join(wrong)


def test_the_check_sees_a_wrong_import():
    assert target_of("secondunit.effects.collapse.shards") == ("effects", "collapse")
    assert target_of("secondunit.shoot") == ("shoot", "")
    assert target_of("secondunit.__version__") is None
    assert RANK["shoot"] > RANK["effects"] > RANK["plate"] > RANK["errors"] == RANK["records"]
