"""A built set for other programs: glTF binary (Blender, browsers) and USD (Unreal, Houdini, Blender). Metres, +Y up.

One object a piece and one a part of the room, each under its own id. glTF carries the painted tiles of base colour; USD
carries every material's mean colour, roughness and metal as UsdPreviewSurface, and the set's cameras.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.sets.build import Built, Part, build
from secondunit.effects.sets.cameras import sensor
from secondunit.effects.sets.kit.materials import Material, material
from secondunit.effects.sets.plan import Eye, SetPlan
from secondunit.effects.sets.surfaces import texture
from secondunit.records import whole_file
from secondunit.scene.camera import look_at

_TEXTURE_PX = 512  # longest side of a tile in the file
Floats = npt.NDArray[np.float32]


def write_gltf(plan: SetPlan, path: Path, built: Built | None = None) -> None:
    """A ``.glb`` file. Same plan, same bytes."""
    import trimesh

    visuals: Any = trimesh.visual.TextureVisuals
    scene: Any = trimesh.Scene(base_frame="set")
    for name, parts in objects(built or build(plan)):
        for number, part in enumerate(parts):
            looks, tile_m = _pbr(part.material, part.lumen > 0)
            visual = visuals(uv=part.uv / tile_m, material=looks)
            mesh = trimesh.Trimesh(
                part.points_m, part.triangles, vertex_normals=part.normals, visual=visual, process=False
            )
            each = f"{name}.{number}" if len(parts) > 1 else name
            scene.add_geometry(mesh, node_name=each, geom_name=each)
    with whole_file(path) as temporary:
        temporary.write_bytes(scene.export(file_type="glb"))


def write_usd(plan: SetPlan, path: Path, built: Built | None = None) -> None:
    """A ``.usdc`` or ``.usda`` file."""
    from pxr import Sdf, Usd, UsdGeom, UsdShade

    with whole_file(path) as temporary:
        stage = Usd.Stage.CreateNew(str(temporary))
        UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
        UsdGeom.SetStageMetersPerUnit(stage, 1.0)
        root = UsdGeom.Xform.Define(stage, "/set")
        root.GetPrim().SetDocumentation(plan.title)
        Usd.ModelAPI(root.GetPrim()).SetKind("assembly")
        stage.SetDefaultPrim(root.GetPrim())
        UsdGeom.Scope.Define(stage, "/set/materials")
        known: dict[str, Any] = {}
        for name, parts in objects(built or build(plan)):
            body = UsdGeom.Xform.Define(stage, f"/set/{_token(name)}")
            Usd.ModelAPI(body.GetPrim()).SetKind("component" if len(parts) else "group")
            for number, part in enumerate(parts):
                mesh = _usd_mesh(stage, body.GetPath().AppendChild(f"part_{number}"), part)
                if part.material not in known:
                    known[part.material] = _usd_material(stage, part.material)
                UsdShade.MaterialBindingAPI.Apply(mesh.GetPrim()).Bind(known[part.material])
        for eye in plan.eyes:
            _usd_camera(stage, Sdf.Path("/set").AppendChild(f"camera_{_token(eye.name)}"), eye)
        stage.GetRootLayer().Save()
        del stage


def objects(built: Built) -> Iterator[tuple[str, tuple[Part, ...]]]:
    """Each object's name and its parts, one for each material, in the order of the build."""
    names: dict[str, dict[tuple[str, bool], list[Part]]] = {}
    for part in built.parts:
        if len(part.triangles):
            names.setdefault(part.object, {}).setdefault((part.material, part.lumen > 0), []).append(part)
    for name, groups in names.items():
        yield name, tuple(_joined(parts) for parts in groups.values())


def _joined(parts: list[Part]) -> Part:
    starts = np.cumsum([0] + [len(part.points_m) for part in parts[:-1]])
    return Part(
        parts[0].object,
        parts[0].material,
        np.concatenate([part.points_m for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, starts, strict=True)]).astype(np.int32),
        sum(part.lumen for part in parts),
        parts[0].kelvin,
    )


def linear(code: str) -> tuple[float, float, float]:
    """Linear Rec.709 of ``#rrggbb``: what glTF and USD preview materials are in (IEC 61966-2-1)."""
    values = np.array([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    red, green, blue = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return float(red), float(green), float(blue)


@cache
def _pbr(name: str, lit: bool) -> tuple[Any, npt.NDArray[np.float64]]:
    """A material as glTF has it, and the size of its tile."""
    from trimesh.visual import material as looks

    kind: Any = looks.PBRMaterial
    one = material(name)
    clear = one.of == "glass" and not one.metallic
    settings: dict[str, Any] = {
        "name": name.replace(":", "_"),
        "metallicFactor": float(one.metallic),
        "roughnessFactor": float(one.roughness),
        "doubleSided": True,
        "baseColorFactor": [*linear(one.srgb), 0.25 if clear else 1.0],
        "alphaMode": "BLEND" if clear else "OPAQUE",
    }
    if lit:
        settings["emissiveFactor"] = [1.0, 0.93, 0.82]
    if not one.pattern:
        return kind(**settings), np.ones(2)
    settings["baseColorTexture"] = tile(one)
    settings["baseColorFactor"] = [1.0, 1.0, 1.0, settings["baseColorFactor"][3]]
    return kind(**settings), np.ones(2) if one.whole else np.asarray(texture(one.pattern).tile_m, float)


def tile(one: Material) -> Any:
    """The painted tile of a material as an sRGB picture."""
    from PIL import Image

    light = np.clip(texture(one.pattern).tint * np.asarray(linear(one.srgb), np.float32), 0, 1)
    codes = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 1e-6) ** (1 / 2.4) - 0.055)
    picture = Image.fromarray(np.round(codes * 255).astype(np.uint8))
    picture.thumbnail((_TEXTURE_PX, _TEXTURE_PX), Image.Resampling.LANCZOS)
    return picture


def _token(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name if name[:1].isalpha() else f"_{name}")


def _usd_mesh(stage: Any, path: Any, part: Part) -> Any:
    from pxr import Sdf, UsdGeom, Vt

    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(part.points_m)))
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(part.triangles), 3, np.int32)))
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(np.ascontiguousarray(part.triangles.reshape(-1))))
    mesh.CreateNormalsAttr(Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(part.normals)))
    mesh.SetNormalsInterpolation(UsdGeom.Tokens.vertex)
    mesh.CreateSubdivisionSchemeAttr(UsdGeom.Tokens.none)
    low, high = part.points_m.min(0), part.points_m.max(0)
    mesh.CreateExtentAttr(Vt.Vec3fArray.FromNumpy(np.stack([low, high])))
    uv = UsdGeom.PrimvarsAPI(mesh).CreatePrimvar("st", Sdf.ValueTypeNames.TexCoord2fArray, UsdGeom.Tokens.vertex)
    uv.Set(Vt.Vec2fArray.FromNumpy(np.ascontiguousarray(part.uv)))
    return mesh


def _usd_material(stage: Any, name: str) -> Any:
    from pxr import Gf, Sdf, UsdShade

    one = material(name)
    path = Sdf.Path("/set/materials").AppendChild(_token(name))
    bound = UsdShade.Material.Define(stage, path)
    shader = UsdShade.Shader.Define(stage, path.AppendChild("surface"))
    shader.CreateIdAttr("UsdPreviewSurface")
    shader.CreateInput("diffuseColor", Sdf.ValueTypeNames.Color3f).Set(Gf.Vec3f(*linear(one.srgb)))
    shader.CreateInput("roughness", Sdf.ValueTypeNames.Float).Set(float(one.roughness))
    shader.CreateInput("metallic", Sdf.ValueTypeNames.Float).Set(float(one.metallic))
    if one.of == "glass" and not one.metallic:
        shader.CreateInput("opacity", Sdf.ValueTypeNames.Float).Set(0.25)
    bound.CreateSurfaceOutput().ConnectToSource(shader.ConnectableAPI(), "surface")
    return bound


def _usd_camera(stage: Any, path: Any, eye: Eye) -> None:
    from pxr import Gf, UsdGeom

    wide, high = sensor(eye.sensor, where=f"camera {eye.name}").size_mm
    placed = look_at(eye.at_m, eye.aim_m, focal_px=1000.0, width_px=1000, height_px=1000)
    camera = UsdGeom.Camera.Define(stage, path)
    unit = 0.01  # USD gives lens and gate in tenths of a scene unit, here of a metre
    camera.CreateFocalLengthAttr(eye.lens_mm * unit)
    camera.CreateHorizontalApertureAttr(wide * unit)
    camera.CreateVerticalApertureAttr(high * unit)
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.05, 1000.0))
    turn = np.eye(4)
    turn[:3, :3] = np.asarray(placed.rotation)  # world to camera: its rows are the camera's axes, as USD wants them
    turn[3, :3] = eye.at_m
    camera.AddTransformOp().Set(Gf.Matrix4d(*turn.reshape(-1).tolist()))
