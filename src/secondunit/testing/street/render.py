"""Renders the demo plate: ``python -m secondunit.testing.street.render --out DIR --spp N``.

Passes of a few samples add up in ``DIR/*.npz``; stopped work goes on from there. The picture is denoised, hazed by
distance, softened by the lens, toned and grained once; mattes are cast apart and softened alike.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import mitsuba as mi
import numpy as np
import pyoidn
from PIL import Image as Pillow

mi.set_variant("scalar_rgb")

from secondunit.imaging.noise import Image, step  # noqa: E402
from secondunit.records import read_arrays, write_arrays, write_json  # noqa: E402
from secondunit.scene.camera import Camera  # noqa: E402
from secondunit.testing.street import mattes, scene, sky, surfaces, truth  # noqa: E402
from secondunit.testing.street.mesh import Part  # noqa: E402

PASS_SPP, GUIDE_SPP = 8, 3
HAZE_M = 2200.0  # distance at which 1 / e of the contrast is left
GRAIN = 0.004  # sigma in display code values 0..1


def _ply(part: Part, path: Path) -> None:
    """Write a mesh as binary PLY."""
    columns = [part.positions_m, part.uv] if part.normals is None else [part.positions_m, part.normals, part.uv]
    names = "x y z u v" if part.normals is None else "x y z nx ny nz u v"
    header = "".join(f"property float {name}\n" for name in names.split())
    faces = np.empty(len(part.triangles), [("n", "u1"), ("v", "<i4", 3)])
    faces["n"], faces["v"] = 3, part.triangles
    with path.open("wb") as file:
        file.write(
            f"ply\nformat binary_little_endian 1.0\nelement vertex {len(part.positions_m)}\n{header}"
            f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n".encode()
        )
        file.write(np.concatenate(columns, 1).astype("<f4").tobytes())
        file.write(faces.tobytes())


def _bsdf(surface: surfaces.Surface) -> dict[str, Any]:
    """A surface as the renderer's material."""
    if isinstance(surface.albedo, tuple):
        colour: dict[str, Any] = {"type": "rgb", "value": list(surface.albedo)}
    else:
        colour = {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(surface.albedo, np.float32)), "raw": True}
        if surface.tile_m:
            scale = [1 / surface.tile_m[0], 1 / surface.tile_m[1], 1]
            colour["to_uv"] = mi.ScalarTransform4f().scale(scale)
    inner: dict[str, Any]
    if surface.finish == "leaf":
        return {"type": "principledthin", "base_color": colour, "roughness": 0.45, "diff_trans": 0.95, "eta": 1.4}
    if surface.finish == "matt":
        inner = {"type": "diffuse", "reflectance": colour}
    elif surface.finish == "satin":
        inner = {"type": "principled", "base_color": colour, "roughness": surface.roughness, "specular": 0.45}
    elif surface.finish == "metal":
        inner = {"type": "principled", "base_color": colour, "roughness": surface.roughness, "metallic": 1.0}
    else:
        index = 1.55 if surface.finish == "gloss" else 1.72  # double glazing mirrors about twice as much as one sheet
        inner = {"type": "plastic", "diffuse_reflectance": colour, "int_ior": index, "nonlinear": False}
    return {"type": "twosided", "bsdf": inner}


def _reach(street: scene.Street, camera: Camera) -> tuple[slice, slice]:
    """Rows and columns that hold the hero and its shadow: the only ones the clean plate needs anew."""
    low = np.array([[x, 0.0, z] for x in (0.0, scene.WIDTH_M) for z in (0.0, -scene.DEPTH_M)])
    high = low + np.array([0.0, scene.HEIGHT_M, 0.0])
    shadow = high - street.to_sun * scene.HEIGHT_M / street.to_sun[1]
    pixels, _ = camera.project(np.concatenate([low, high, shadow]))
    margin = camera.width_px // 60
    x0, y0 = np.maximum(np.floor(pixels.min(0)).astype(int) - margin, 0)
    x1, y1 = np.ceil(pixels.max(0)).astype(int) + margin
    return slice(int(y0), min(int(y1), camera.height_px)), slice(int(x0), min(int(x1), camera.width_px))


def _load(
    street: scene.Street,
    painted: dict[str, surfaces.Surface],
    dome: Image,
    camera: Camera,
    only: tuple[slice, slice] | None = None,
) -> Any:
    """The renderer's scene; where ``only`` rows and columns are asked for, it is without the hero."""
    used = sorted({part.material for part in street.parts})
    everything: dict[str, Any] = {"type": "scene"} | {
        f"m-{name}".replace(".", "-"): _bsdf(painted[name]) for name in used
    }
    with tempfile.TemporaryDirectory() as folder:
        for number, part in enumerate(street.parts):
            if part.group == "hero" and only:
                continue
            path = Path(folder) / f"{number}.ply"
            _ply(part, path)
            everything[f"part{number}"] = {
                "type": "ply",
                "filename": str(path),
                "face_normals": part.normals is None,
                "bsdf": {"type": "ref", "id": f"m-{part.material}".replace(".", "-")},
            }
        everything["dome"] = {"type": "envmap", "bitmap": mi.Bitmap(np.ascontiguousarray(dome)), "scale": 1.0}
        position, rows = np.asarray(camera.position_m), np.asarray(camera.rotation)
        everything["camera"] = {
            "type": "perspective",
            "fov": float(np.degrees(2 * np.arctan(camera.width_px / 2 / camera.focal_px))),
            "fov_axis": "x",
            "to_world": mi.ScalarTransform4f().look_at(
                origin=position.tolist(), target=(position - rows[2]).tolist(), up=rows[1].tolist()
            ),
            "film": {
                "type": "hdrfilm", "width": camera.width_px, "height": camera.height_px, "rfilter": {"type": "box"},
                "pixel_format": "rgb", "component_format": "float32",
            },
            "sampler": {"type": "independent", "sample_count": PASS_SPP},
        }  # fmt: skip
        if only:
            lines, columns = only
            everything["camera"]["film"] |= {
                "crop_offset_x": columns.start,
                "crop_offset_y": lines.start,
                "crop_width": columns.stop - columns.start,
                "crop_height": lines.stop - lines.start,
            }
        everything["integrator"] = {"type": "path", "max_depth": 6, "rr_depth": 4}
        return mi.load_dict(everything)


def _trace(loaded: Any, store: Path, spp: int, ceiling: float) -> Image:
    """Means, (h, w, 10): colour, albedo, normal, depth. What ``store`` holds already is kept."""
    if store.exists():
        saved = read_arrays(store)
        features, total, done = saved["features"], saved["total"], int(saved["done"].item())
    else:  # albedo is slow to evaluate and needs few samples
        guide = mi.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal,depth:depth"})
        features = np.array(mi.render(loaded, integrator=guide, spp=GUIDE_SPP), np.float32)
        total, done = np.zeros((*features.shape[:2], 3), np.float32), 0
    while done < spp:
        start = time.monotonic()
        image = np.array(mi.render(loaded, spp=PASS_SPP, seed=mi.UInt32(done + 1)), np.float32)
        total = total + np.clip(np.nan_to_num(image), 0, ceiling)
        done += PASS_SPP
        write_arrays(store, {"features": features, "total": total, "done": np.array(done)})
        print(f"{store.stem}: {done} of {spp} samples, {time.monotonic() - start:.0f} s a pass", flush=True)
    mean: Image = np.concatenate([total / (done / PASS_SPP), features[..., -7:]], axis=-1)
    return mean


def _denoise(mean: Image) -> Image:
    """Intel's denoiser, led by albedo and normals."""
    colour, albedo, normal = (np.ascontiguousarray(mean[..., k : k + 3]) for k in (0, 3, 6))
    out: Image = pyoidn.denoise(colour, albedo=np.clip(albedo, 0, 1), normal=normal, hdr=True)
    return np.maximum(out, 0)


def _haze(colour: Image, depth: Image, air: Image) -> Image:
    """Aerial perspective over what is not sky."""
    reach = np.where(depth > 0, np.exp(-depth / HAZE_M), 1.0)[..., None].astype(np.float32)
    out: Image = colour * reach + air * (1 - reach)
    return out


def _clean(with_hero: Image, without: Image, covered: Image) -> Image:
    """The picture without the hero where that makes a difference to the eye; elsewhere the plate's own pixels."""
    a, b = (cv2.GaussianBlur(np.log(image + 0.01).mean(-1), (0, 0), 3) for image in (with_hero, without))
    change = cv2.GaussianBlur(np.maximum(step(np.abs(a - b), 0.05, 0.10), covered).astype(np.float32), (0, 0), 4)
    weight = np.maximum(step(change, 0.08, 0.5), step(covered, 0.0, 0.02))[..., None].astype(np.float32)
    out: Image = with_hero * (1 - weight) + without * weight
    return out


def _develop(colour: Image, exposure: float) -> Image:
    """Linear to display code values: lens, exposure, the tone curve of ``truth.TONE``, sRGB, grain."""
    toned = truth.tone(np.maximum(mattes.soften(colour), 0) * exposure)
    code = np.where(toned <= 0.0031308, toned * 12.92, 1.055 * np.maximum(toned, 1e-9) ** (1 / 2.4) - 0.055)
    rng = np.random.default_rng((scene.SEED, 7))
    luma, chroma = rng.standard_normal((*code.shape[:2], 1)), rng.standard_normal(code.shape)
    grain = cv2.GaussianBlur((luma + 0.4 * chroma).astype(np.float32), (0, 0), 0.5) * 1.6
    out: Image = np.clip(code + GRAIN * grain, 0, 1).astype(np.float32)
    return out


def _jpeg(code: Image, path: Path) -> None:
    """Save as JPEG, full chroma."""
    pixels = Pillow.fromarray(np.round(code * 255).astype(np.uint8))
    pixels.save(path, quality=92, subsampling=0, optimize=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--spp", type=int, default=64)
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--only-plate", action="store_true", help="leave out the clean plate")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    os.nice(10)
    start = time.monotonic()
    street = scene.build()
    camera = street.camera.scaled(asked.width, asked.width * 9 // 16)
    painted = surfaces.surfaces(street)
    dome = sky.paint_sky(street.to_sun, np.random.default_rng((scene.SEED, 1)))
    print(f"built, {time.monotonic() - start:.0f} s", flush=True)
    exposure = 0.33 / float(np.median(dome[: len(dome) // 2].mean(-1)))
    air = dome[int(len(dome) * 0.47)].mean(0) * 0.8
    cast = mattes.cast(street.parts, camera)
    for name, matte in (("building", cast.building), ("holdout", cast.holdout)):
        Pillow.fromarray(np.round(matte * 255).astype(np.uint8)).save(asked.out / f"{name}.png", optimize=True)
    write_json(asked.out / "truth.json", truth.document(street, camera, exposure))
    mean = _trace(_load(street, painted, dome, camera), asked.out / "plate.npz", asked.spp, 25 / exposure)
    plate = _haze(_denoise(mean), mean[..., 9], air)
    _jpeg(_develop(plate, exposure), asked.out / "plate.jpg")
    if not asked.only_plate:
        only = _reach(street, camera)
        loaded = _load(street, painted, dome, camera, only)
        mean[only] = _trace(loaded, asked.out / "clean.npz", asked.spp, 25 / exposure)
        clean = _clean(plate, _haze(_denoise(mean), mean[..., 9], air), cast.alone)
        _jpeg(_develop(clean, exposure), asked.out / "clean.jpg")
    print(f"done, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
