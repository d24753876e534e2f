"""What an SVG or a DXF draws of a room: closed outlines, doors and windows, by the names of elements and layers."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from xml.parsers import expat

import ezdxf
from ezdxf import units
from ezdxf.enums import InsertUnits

from secondunit.errors import BadBrief

Role = Literal["room", "door", "window"]
ROLES: tuple[tuple[str, Role], ...] = (
    ("door", "door"), ("window", "window"), ("glaz", "window"), ("room", "room"), ("wall", "room"), ("outline", "room"),
)  # fmt: skip
MOST_SHAPES = 2000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"([MmLlHhVvZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|([^\s,])")


@dataclass(frozen=True)
class Shape:
    """Something that is drawn: what it is, what it is called, its points in the file's unit, y down the page."""

    role: Role
    name: str
    points: tuple[tuple[float, float], ...]


def role_of(name: str) -> Role | None:
    """What a name of an element or a layer means."""
    return next((role for word, role in ROLES if word in name.lower()), None)


def svg_shapes(data: bytes, where: str) -> tuple[Shape, ...]:
    """Polygons, lines, boxes and straight paths that are named, or lie in a group that is.

    Raises:
        BadBrief: not an SVG, entities of its own, a transform, or a curve.
    """
    found: list[Shape] = []
    roles: list[Role | None] = []
    parser = expat.ParserCreate()

    def refuse(name: str, *_: Any) -> None:
        raise BadBrief(where, f"it declares an entity, {name!r}", "an SVG without any", "Save it as plain SVG.")

    def start(tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if not roles and tag != "svg":
            raise BadBrief(where, f"its first element is {tag!r}", "svg")
        said = [given.get(key, "") for key in ("id", "class", "inkscape:label")]
        role = next((one for one in map(role_of, said) if one), roles[-1] if roles else None)
        roles.append(role)
        if given.get("transform"):
            raise BadBrief(where, f"a transform of {said[0] or tag!r}", "plain coordinates", "Flatten the transforms.")
        if role and tag in _SVG:
            found.append(Shape(role, said[0] or said[1] or tag, _svg_points(tag, given, where)))
        if len(found) > MOST_SHAPES:
            raise BadBrief(where, f"more than {MOST_SHAPES} shapes", "the plan of one room")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: roles.pop()
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadBrief(where, f"is not XML ({error})", "an SVG file") from error
    return tuple(found)


_SVG = ("polygon", "polyline", "line", "rect", "path")


def _svg_points(tag: str, given: Mapping[str, str], where: str) -> tuple[tuple[float, float], ...]:
    name = f"{tag} {given.get('id', '')!r}"
    try:
        if tag == "line":
            points = tuple((float(given.get(f"x{k}", 0)), float(given.get(f"y{k}", 0))) for k in (1, 2))
        elif tag == "rect":
            x, y, w, h = (float(given.get(key, 0)) for key in ("x", "y", "width", "height"))
            points = (x, y), (x + w, y), (x + w, y + h), (x, y + h)
        elif tag == "path":
            points = tuple(_path(given.get("d", "")))
        else:
            numbers = [float(one) for one in _NUMBER.findall(given.get("points", ""))]
            points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    except ValueError as error:
        raise BadBrief(where, f"the {name}: {error}", "plain numbers and straight lines") from error
    if len(points) < 2 or not all(math.isfinite(value) for point in points for value in point):
        raise BadBrief(where, f"the {name} has {len(points)} points", "two or more, of finite numbers")
    return points


def _path(text: str) -> Iterator[tuple[float, float]]:
    """Points of a path of straight lines."""
    steps = list(_STEP.finditer(text))
    command, x, y, at = "", 0.0, 0.0, 0
    begin = (0.0, 0.0)
    while at < len(steps):
        letter, _, other = steps[at].groups()
        if other:
            raise ValueError(f"{other!r} in a path: curves are not read")
        if letter:
            command, at = letter, at + 1
            if letter in "Zz":
                x, y = begin
            continue
        need = 1 if command in "HhVv" else 2
        if not command or command in "Zz" or at + need > len(steps) or any(not one[2] for one in steps[at : at + need]):
            raise ValueError("a path that breaks off")
        values = [float(one[2]) for one in steps[at : at + need]]
        at += need
        back = (x, y) if command.islower() else (0.0, 0.0)
        if command in "Hh":
            x = back[0] + values[0]
        elif command in "Vv":
            y = back[1] + values[0]
        else:
            x, y = back[0] + values[0], back[1] + values[1]
        if command in "Mm":
            begin, command = (x, y), "L" if command == "M" else "l"
        yield x, y


def dxf_shapes(data: bytes, where: str) -> tuple[tuple[Shape, ...], float | None]:
    """Polylines and lines on layers that are named; and metres in the file's unit, if it says.

    Raises:
        BadBrief: not a DXF.
    """
    try:
        document = ezdxf.read(io.StringIO(data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")))
        found = []
        for entity in document.modelspace().query("LINE LWPOLYLINE POLYLINE"):
            role = role_of(entity.dxf.layer)
            points = _dxf_points(entity)
            if role and (role != "room" or (entity.dxftype() != "LINE" and entity.is_closed)):  # type: ignore[attr-defined]
                name = f"{entity.dxftype()} {entity.dxf.handle} on {entity.dxf.layer}"
                found.append(Shape(role, name, points))
        said = InsertUnits(document.units)
        unit = units.conversion_factor(said, InsertUnits.Meters) if said else None
    except (ezdxf.DXFError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise BadBrief(where, f"is not a DXF that can be read ({error})", "a DXF of R12 or later") from error
    if len(found) > MOST_SHAPES:
        raise BadBrief(where, f"{len(found)} shapes", "the plan of one room")
    return tuple(found), unit


def _dxf_points(entity: Any) -> tuple[tuple[float, float], ...]:
    """x to the right and y down the page."""
    match entity.dxftype():
        case "LINE":
            points = [entity.dxf.start, entity.dxf.end]
        case "LWPOLYLINE":
            points = [(one[0], one[1]) for one in entity.get_points("xy")]
        case _:
            points = [one.dxf.location for one in entity.vertices]
    found = tuple((float(one[0]), -float(one[1])) for one in points)
    if not all(math.isfinite(value) for point in found for value in point):
        raise ValueError(f"{entity.dxftype()} {entity.dxf.handle} has points that are no numbers")
    return found
