"""Small buildings made of boxes, bonded where they touch."""

from __future__ import annotations

import numpy as np

from secondunit.effects.collapse.materials import MATERIALS
from secondunit.effects.collapse.shards import GROUND, Material, Part, Shards

SIDES = [0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3]
CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)


def boxes(low, high, material=Material.CONCRETE, part=Part.WALL, *, bonded=True, rebar=0.0, grounded=True):
    """Axis-aligned boxes (N, 3) to (N, 3) as shards, bonded over shared faces and to the ground."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    count = len(low)
    material = np.broadcast_to(np.asarray(material, np.uint8), (count,)).copy()
    part = np.broadcast_to(np.asarray(part, np.uint8), (count,)).copy()
    size = high - low
    vertices = (low[:, None] + CUBE[None] * size[:, None]).reshape(-1, 3)
    triangles = (np.array(SIDES).reshape(1, 12, 3) + 8 * np.arange(count)[:, None, None]).reshape(-1, 3)
    square = size**2
    inertia = np.zeros((count, 3, 3))
    volume = size.prod(axis=1)
    for k in range(3):
        inertia[:, k, k] = volume / 12 * (square.sum(axis=1) - square[:, k])
    ends, centre, normal, area = [], [], [], []
    for i in range(count if bonded else 0):
        if grounded and low[i, 1] < 1e-6:
            middle = (low[i] + high[i]) / 2
            ends.append((i, GROUND))
            centre.append([middle[0], 0.0, middle[2]])
            normal.append([0.0, -1.0, 0.0])
            area.append(size[i, 0] * size[i, 2])
        a, b = np.maximum(low[i], low[i + 1 :]), np.minimum(high[i], high[i + 1 :])
        span = b - a
        flat = np.abs(span) < 1e-6
        for j in np.flatnonzero((flat.sum(axis=1) == 1) & (span > -1e-6).all(axis=1)):
            k = int(np.flatnonzero(flat[j])[0])
            ends.append((i, i + 1 + j))
            centre.append((a[j] + b[j]) / 2)
            n = np.zeros(3)
            n[k] = 1.0 if low[i + 1 + j, k] > low[i, k] else -1.0
            normal.append(n)
            area.append(np.delete(span[j], k).prod())
    ends = np.array(ends, np.int32).reshape(-1, 2)
    weaker = [
        min(material[a], material[b], key=lambda m: MATERIALS[m].tension_pa) if b >= 0 else material[a] for a, b in ends
    ]
    area = np.array(area).reshape(-1)
    return Shards(
        vertices=vertices,
        vertex_start=np.arange(0, 8 * count + 1, 8, dtype=np.int32),
        triangles=triangles.astype(np.int32),
        triangle_start=np.arange(0, 12 * count + 1, 12, dtype=np.int32),
        surface=np.zeros(12 * count, np.uint8),
        material=material,
        part=part,
        storey=(low[:, 1] // 3.0).astype(np.int16),
        volume=volume,
        centroid=(low + high) / 2,
        inertia=inertia,
        bond_ends=ends,
        bond_centre=np.array(centre).reshape(-1, 3),
        bond_normal=np.array(normal).reshape(-1, 3),
        bond_area=area,
        bond_tension=np.array([MATERIALS[m].tension_pa for m in weaker]),
        bond_shear=np.array([MATERIALS[m].shear_pa for m in weaker]),
        bond_compression=np.array([MATERIALS[m].compression_pa for m in weaker]),
        bond_rebar=rebar * area,
    )


def _plate(low, high, cuts):
    """Cut one box into a grid of boxes."""
    edges = [np.linspace(low[k], high[k], cuts[k] + 1) for k in range(3)]
    at = np.array([(x, y, z) for x in range(cuts[0]) for y in range(cuts[1]) for z in range(cuts[2])])
    lows = np.stack([edges[k][at[:, k]] for k in range(3)], axis=1)
    highs = np.stack([edges[k][at[:, k] + 1] for k in range(3)], axis=1)
    return lows, highs


def tower(storeys=5, width=12.0, depth=9.0, height=3.0, cell=1.0, rebar=0.005):
    """Brick walls with windows around concrete floors, one inner wall; front at z = 0, origin at its bottom left."""
    wall, slab = 0.36, 0.22
    low, high, material, part = [], [], [], []

    def add(a, b, cuts, kind, piece):
        lows, highs = _plate(a, b, cuts)
        low.append(lows)
        high.append(highs)
        material.extend([kind] * len(lows))
        part.extend([piece] * len(lows))

    nx, nz = round(width / cell), round((depth - 2 * wall) / cell)
    for s in range(storeys):
        y0, y1 = s * height, (s + 1) * height - slab
        third = (y1 - y0) / 3
        for z0, z1 in ((-wall, 0.0), (-depth, -depth + wall)):
            for k in range(nx):
                x0, x1 = k * width / nx, (k + 1) * width / nx
                for row in range(3):
                    if row == 1 and k % 3 == 1:
                        continue
                    add(
                        (x0, y0 + row * third, z0),
                        (x1, y0 + (row + 1) * third, z1),
                        (1, 1, 1),
                        Material.BRICK,
                        Part.WALL,
                    )
        for x0, x1 in ((0.0, wall), (width - wall, width)):
            add((x0, y0, -depth + wall), (x1, y1, -wall), (1, 3, nz), Material.BRICK, Part.WALL)
        middle = width / 2
        add((middle - 0.12, y0, -depth + wall), (middle + 0.12, y1, -wall), (1, 3, nz), Material.BRICK, Part.INNER_WALL)
        piece = Part.ROOF if s == storeys - 1 else Part.SLAB
        add((0.0, y1, -depth), (width, y1 + slab, 0.0), (nx, 1, nz + 1), Material.CONCRETE, piece)
    made = boxes(np.concatenate(low), np.concatenate(high), material, part, rebar=0.0)
    both = (made.part[made.bond_ends[:, 0]] >= Part.SLAB) & (made.bond_ends[:, 1] >= 0)
    both &= made.part[made.bond_ends[:, 1]] >= Part.SLAB
    made.bond_rebar[both] = rebar * made.bond_area[both]
    return made
