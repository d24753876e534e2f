"""The proxy building: convex pieces before they are broken. Written by build, read by fracture, editable by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from secondunit.effects.collapse.polyhedron import Floats, Polyhedron
from secondunit.effects.collapse.shards import Material, Part, Surface
from secondunit.records import read_arrays, whole_file, write_arrays


@dataclass(frozen=True)
class Piece:
    """One convex piece of the building.

    Attributes:
        shape: where it is, world metres.
        material: of all of it.
        part: what it is.
        seen: whether the camera sees it at rest: it is cut finer.
    """

    shape: Polyhedron
    material: Material
    part: Part
    seen: bool = False


@dataclass(frozen=True)
class Proxy:
    """The building.

    Attributes:
        pieces: convex, touching but not overlapping.
        levels_m: (storeys + 1,) height of each floor's top; 0 is the ground, the last is the roof's.
        failure_m: bottom left of the main facade, its right end, and its height above the ground, (3, 3): origin,
            vector along, vector up. Fracture places ``fall.at`` with it.
    """

    pieces: tuple[Piece, ...]
    levels_m: Floats
    failure_m: Floats

    def save(self, path: Path) -> None:
        """Write as one ``.npz`` of plain arrays."""
        shapes = [piece.shape for piece in self.pieces]
        faces = [face for shape in shapes for face in shape.faces]
        write_arrays(
            path,
            {
                "vertices": np.concatenate([shape.vertices for shape in shapes]),
                "vertex_count": np.array([len(shape.vertices) for shape in shapes], np.int32),
                "loop": np.concatenate([np.array(face, np.int32) for face in faces]),
                "loop_count": np.array([len(face) for face in faces], np.int32),
                "face_count": np.array([len(shape.faces) for shape in shapes], np.int32),
                "surface": np.array([one for shape in shapes for one in shape.surfaces], np.uint8),
                "material": np.array([piece.material for piece in self.pieces], np.uint8),
                "part": np.array([piece.part for piece in self.pieces], np.uint8),
                "seen": np.array([piece.seen for piece in self.pieces], np.bool_),
                "levels_m": self.levels_m,
                "failure_m": self.failure_m,
            },
        )

    @classmethod
    def load(cls, path: Path) -> Proxy:
        """Read what ``save`` wrote."""
        data = read_arrays(path)
        vertex_end = np.cumsum(data["vertex_count"])
        face_end = np.cumsum(data["face_count"])
        loops = np.split(data["loop"], np.cumsum(data["loop_count"])[:-1])
        pieces = []
        for k in range(len(face_end)):
            first = face_end[k] - data["face_count"][k]
            shape = Polyhedron(
                data["vertices"][vertex_end[k] - data["vertex_count"][k] : vertex_end[k]],
                tuple(tuple(int(i) for i in loops[f]) for f in range(first, face_end[k])),
                tuple(Surface(int(one)) for one in data["surface"][first : face_end[k]]),
            )
            pieces.append(
                Piece(shape, Material(int(data["material"][k])), Part(int(data["part"][k])), bool(data["seen"][k]))
            )
        return cls(tuple(pieces), data["levels_m"], data["failure_m"])

    def save_glb(self, path: Path) -> None:
        """Write a glTF binary with one named mesh a piece, to look at in any 3D program."""
        import trimesh  # half a second that most runs need not wait
        from trimesh.exchange.gltf import export_glb

        scene = trimesh.Scene()
        for number, piece in enumerate(self.pieces):
            mesh = trimesh.Trimesh(piece.shape.vertices, fan(piece.shape.faces), process=False)
            name = f"{piece.part.name.lower()}_{piece.material.name.lower()}_{number:04d}"
            scene.add_geometry(mesh, node_name=name, geom_name=name)
        with whole_file(path) as temporary:
            export: Callable[[trimesh.Scene], bytes] = export_glb  # trimesh has no types here
            temporary.write_bytes(export(scene))


def fan(faces: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Convex faces as triangles that share each face's first vertex."""
    return [(face[0], face[k], face[k + 1]) for face in faces for k in range(1, len(face) - 1)]
