"""Dusty air in a box: one object that is stepped frame by frame. No input or output here."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.advect import carry, carry_coordinates, centre, correct, trace
from secondunit.effects.collapse.dust.faces import blend, divergence, open_faces, push
from secondunit.effects.collapse.dust.forces import AIR_KG_PER_M3, GRIT, add_to_faces, curl, forces, make_stir
from secondunit.effects.collapse.dust.grid import DustGrid, Region
from secondunit.effects.collapse.dust.pressure import Pressure
from secondunit.effects.collapse.dust.slabs import Slabs
from secondunit.effects.collapse.dust.solids import LEAK, Solids
from secondunit.effects.collapse.dust.transport import settle, sweep
from secondunit.effects.collapse.settings import Dust

Floats = npt.NDArray[np.float32]

COORDINATES_S = 1.2  # after this long the coordinates for detail start anew, before shear has drawn them out
_GRAVITY_M_PER_S2 = 9.81  # standard gravity
_LIMIT_M_PER_S = 45.0  # no gust of a collapse is faster; bounds what sealed rooms squeeze through cracks
_PUFF_M3_PER_KG = 5.0  # estimate: air driven out of what is crushed, per kg of fine dust that it makes
_CONFINE, _STIR_M_PER_S2 = 0.15, 3.6  # strengths at turbulence 1, by eye
_CAUGHT_S = 0.25  # time in which dust inside lying rubble is caught
_FALL_SHARE = 0.45  # still air over the box's building clears in settle_s; see ``fall_m_per_s``
_VELOCITY_CFL, _DUST_CFL = 4.0, 0.9  # voxels a step; MacCormack is stable beyond, but blurs
_MAX_STEPS = 4
_DUSTY = 2e-6  # kg/m3; 100 m of less are not seen


class Air:
    """The state of the air in a region of the box that grows with the cloud, and its step.

    Attributes:
        region: the part of the box that is simulated; around it the air is open, and the wind blows.
        grid: that part; all shapes below are its.
        faces: velocities (nx + 1, ny, nz), (nx, ny + 1, nz), (nx, ny, nz + 1), m/s.
        pressure: (nx + 2, ny + 2, nz + 2), in velocity units, with ghosts.
        dust: (nx, ny, nz) kg/m3 of fine dust.
        settled: (nx, nz) kg/m2.
        coordinates: (2, nx / 2, ny / 2, nz / 2, 3) displacement in voxels from where the air in each place was when its
            coordinates started anew; two sets, half a period apart.
        age_s: (2,) since then.
        emitted_kg, left_kg: in all.
        drift: (3,) where the stir stands.
    """

    def __init__(
        self,
        grid: DustGrid,
        settings: Dust,
        height_m: float,
        seed: int,
        slabs: Slabs,
        region: Region | None = None,
    ) -> None:
        self._box, self._settings, self._slabs = grid, settings, slabs
        nx, ny, nz = grid.dims
        self.region: Region = region or ((0, nx), (0, ny), (0, nz))
        self.grid = grid.part(self.region)
        nx, ny, nz = self.grid.dims
        self._wind = (np.float32(settings.wind_m_per_s[0]), np.float32(0.0), np.float32(settings.wind_m_per_s[1]))
        shapes = ((nx + 1, ny, nz), (nx, ny + 1, nz), (nx, ny, nz + 1))
        self.faces = [np.full(shape, wind, np.float32) for shape, wind in zip(shapes, self._wind, strict=True)]
        self.pressure = np.zeros((nx + 2, ny + 2, nz + 2), np.float32)
        self.dust, self.settled = np.zeros(self.grid.dims, np.float32), np.zeros((nx, nz), np.float32)
        self.coordinates = np.zeros((2, nx // 2, ny // 2, nz // 2, 3), np.float32)
        self.age_s = np.array([0.0, COORDINATES_S / 2])
        self.emitted_kg, self.left_kg = 0.0, 0.0
        self.drift = np.zeros(3)
        self.fall_m_per_s = _FALL_SHARE * height_m / settings.settle_s
        self._stir = make_stir(seed)
        self._make_room()

    def _make_room(self) -> None:
        self._openings = [np.zeros_like(face) for face in self.faces]
        self._walls = [np.zeros_like(face) for face in self.faces]

    def grow(self, region: Region) -> None:
        """Simulate a larger region from now on; in what is new the air moves with the wind."""
        if region == self.region:
            return
        at = tuple(old[0] - new[0] for old, new in zip(self.region, region, strict=True))
        self.region, self.grid = region, self._box.part(region)
        nx, ny, nz = self.grid.dims
        shapes = ((nx + 1, ny, nz), (nx, ny + 1, nz), (nx, ny, nz + 1))
        self.faces = [
            _within(face, shape, at, wind) for face, shape, wind in zip(self.faces, shapes, self._wind, strict=True)
        ]
        inner = _within(self.pressure[1:-1, 1:-1, 1:-1], self.grid.dims, at)
        self.pressure = np.pad(inner, 1)
        self.dust = _within(self.dust, self.grid.dims, at)
        self.settled = _within(self.settled, (nx, nz), (at[0], at[2]))
        half = tuple(one // 2 for one in at)
        pair = [_within(one, (nx // 2, ny // 2, nz // 2, 3), (*half, 0)) for one in self.coordinates]
        self.coordinates = np.stack(pair)
        self._make_room()

    def dusty(self) -> Region | None:
        """The region of the box that holds dust, to the voxel; None if none does."""
        there = self.dust > np.float32(_DUSTY)
        spans = []
        for axis, (low, _) in enumerate(self.region):
            held = np.flatnonzero(there.any(axis=tuple(a for a in range(3) if a != axis)))
            if not len(held):
                return None
            spans.append((low + int(held[0]), low + int(held[-1]) + 1))
        return spans[0], spans[1], spans[2]

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that the next step depends on, to be stored and given back to ``restore``."""
        return {
            "region": np.array(self.region),
            "u": self.faces[0],
            "v": self.faces[1],
            "w": self.faces[2],
            "pressure": self.pressure,
            "dust": self.dust,
            "settled": self.settled,
            "coordinates": self.coordinates,
            "age_s": self.age_s,
            "kg": np.array([self.emitted_kg, self.left_kg]),
            "drift": self.drift,
        }

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on from what ``state`` gave."""
        x, y, z = ((int(low), int(high)) for low, high in state["region"])
        self.region = (x, y, z)
        self.grid = self._box.part(self.region)
        self.faces = [state["u"], state["v"], state["w"]]
        self.pressure, self.dust, self.settled = state["pressure"], state["dust"], state["settled"]
        self.coordinates, self.age_s, self.drift = state["coordinates"], state["age_s"], state["drift"]
        self.emitted_kg, self.left_kg = (float(one) for one in state["kg"])
        self._make_room()

    @property
    def airborne_kg(self) -> float:
        """Dust in the air."""
        return float(self.dust.sum(dtype=np.float64)) * self.grid.voxel_m**3

    @property
    def settled_kg(self) -> float:
        """Dust on the ground and on rubble."""
        return float(self.settled.sum(dtype=np.float64)) * self.grid.voxel_m**2

    def step(self, solids: Solids, amount_kg: Floats, momentum: Floats, dt_s: float) -> None:
        """One frame: new dust, forces, flow, dust carried and settled.

        Args:
            solids: where solids are now.
            amount_kg: (nx, ny, nz) dust set free in this frame.
            momentum: (nx, ny, nz, 3) kg m/s that it brings.
            dt_s: length of the frame.
        """
        run, rows = self._slabs.run, self.grid.dims[0]
        for axis in range(3):
            faces = (self._openings[axis], self._walls[axis])
            run(
                open_faces,
                faces[0].shape[0],
                solids.hollow,
                solids.fixed,
                solids.velocity,
                np.float32(LEAK),
                axis,
                *faces,
            )
        solver = Pressure(self._openings[0], self._openings[1], self._openings[2], self._slabs)
        source = self._add_dust(amount_kg, momentum, dt_s)
        fastest = max(float(np.abs(face).max()) for face in self.faces)
        steps = min(max(int(np.ceil(fastest * dt_s / self.grid.voxel_m / _VELOCITY_CFL)), 1), _MAX_STEPS)
        change, velocity = np.zeros((*self.grid.dims, 3), np.float32), np.empty((*self.grid.dims, 3), np.float32)
        for _ in range(steps):
            self._force(change, velocity, dt_s / steps)
            self._flow(solver, source, velocity, change, dt_s / steps)
            self._carry_dust(solids, dt_s / steps)
        run(centre, rows, *self.faces, velocity)
        run(trace, rows, velocity, np.float32(dt_s / self.grid.voxel_m), change)
        self._carry_coordinates(change, dt_s)

    def _add_dust(self, amount_kg: Floats, momentum: Floats, dt_s: float) -> Floats:
        """New dust, the speed it brings along, and the air it drives out (returned, divergence x voxel, m/s)."""
        cell = np.float32(self.grid.voxel_m**3)
        where = np.nonzero(amount_kg)
        added = amount_kg[where] / cell
        speed = momentum[where] / amount_kg[where][:, None]
        before = self.dust[where]
        self.dust[where] = before + added
        self.emitted_kg += float(amount_kg.sum(dtype=np.float64))
        carried = np.float32(1 + GRIT) * added
        share = carried / (carried + np.float32(1 + GRIT) * before + np.float32(AIR_KG_PER_M3))
        for axis, face in enumerate(self.faces):
            change = np.zeros(self.grid.dims, np.float32)
            inner = tuple(slice(1, -1) if a == axis else slice(None) for a in range(3))
            front = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
            back = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
            here = face[where]
            change[where] = share * (speed[:, axis] - here)
            face[inner] += np.float32(0.5) * (change[front] + change[back])
        source = np.zeros(self.grid.dims, np.float32)
        source[where] = added * np.float32(_PUFF_M3_PER_KG / dt_s * self.grid.voxel_m)
        return source

    def _force(self, change: Floats, velocity: Floats, dt_s: float) -> None:
        """Weight, vorticity confinement and stir on the faces."""
        run, rows, settings = self._slabs.run, self.grid.dims[0], self._settings
        run(centre, rows, *self.faces, velocity)
        spin, strength = np.zeros_like(velocity), np.zeros(self.grid.dims, np.float32)
        run(curl, rows, velocity, spin, strength)
        drift = np.mod(self.drift + 0.5 * np.array([low for low, _ in self.region]), 32.0).astype(np.float32)
        weight = np.float32(_GRAVITY_M_PER_S2 * settings.heaviness * dt_s)
        confine = np.float32(_CONFINE * settings.turbulence * dt_s / (1 / 24))
        stir = np.float32(_STIR_M_PER_S2 * settings.turbulence * dt_s)
        run(forces, rows, self.dust, spin, strength, self._stir, drift, weight, confine, stir, change)
        run(add_to_faces, rows, change, *self.faces)
        self.drift = self.drift + np.array([0.9, 1.7, 1.3]) * dt_s

    def _flow(self, solver: Pressure, source: Floats, velocity: Floats, offset: Floats, dt_s: float) -> None:
        """Air carried by itself, closed at solids, kept in volume."""
        run, rows = self._slabs.run, self.grid.dims[0]
        run(centre, rows, *self.faces, velocity)
        run(trace, rows, velocity, np.float32(dt_s / self.grid.voxel_m), offset)
        for axis, face in enumerate(self.faces):
            carried, corrected = np.empty_like(face), np.empty_like(face)
            run(carry, face.shape[0], face, offset, axis, self._wind[axis], carried)
            run(correct, face.shape[0], face, carried, offset, axis, corrected)
            run(blend, face.shape[0], corrected, self._openings[axis], self._walls[axis])
            self.faces[axis] = corrected
        b = np.empty(self.grid.dims, np.float32)
        run(divergence, rows, *self.faces, source, b)
        tolerance = 3e-3 * max(1.0, float(np.abs(b).max()))
        solver.solve(b, self.pressure, tolerance=tolerance, iterations=14)
        for axis, face in enumerate(self.faces):
            limit = np.float32(_LIMIT_M_PER_S)
            run(push, face.shape[0], self.pressure, self._openings[axis], axis, limit, face)

    def _carry_dust(self, solids: Solids, dt_s: float) -> None:
        """Dust with the flow, falling through it, and settling."""
        run, voxel = self._slabs.run, self.grid.voxel_m
        fall = np.float32(self.fall_m_per_s)
        fastest = max(float(np.abs(face).max()) for face in self.faces) + self.fall_m_per_s
        steps = max(int(np.ceil(fastest * dt_s / voxel / _DUST_CFL)), 1)
        scale = np.float32(dt_s / steps / voxel)
        settled = np.zeros_like(self.settled)
        caught = np.float32(-np.expm1(-dt_s / steps / _CAUGHT_S))
        for number in range(steps):
            for axis in (0, 1, 2) if number % 2 == 0 else (2, 1, 0):
                layers = self.grid.dims[1 if axis == 0 else 0]
                left = np.zeros((layers, 2), np.float64)
                run(sweep, layers, self.dust, self.faces[axis], self._openings[axis], fall, scale, axis, left)
                self.left_kg += float(left.sum()) * voxel**3
            arguments = (self._openings[1], solids.hollow, solids.still, fall * scale, caught, settled)
            run(settle, self.grid.dims[0], self.dust, *arguments)
        self.settled += settled * np.float32(voxel)

    def _carry_coordinates(self, offset: Floats, dt_s: float) -> None:
        """Coordinates for detail travel with the air; the older set starts anew when its time is over."""
        self.age_s = self.age_s + dt_s
        for one in range(2):
            if self.age_s[one] >= COORDINATES_S:
                self.age_s[one] -= COORDINATES_S
                self.coordinates[one] = 0.0
                continue
            moved = np.empty_like(self.coordinates[one])
            self._slabs.run(carry_coordinates, moved.shape[0], self.coordinates[one], offset, moved)
            self.coordinates[one] = moved


def _within(old: Floats, shape: tuple[int, ...], at: tuple[int, ...], around: Any = 0.0) -> Floats:
    """An array of another shape that holds ``old`` from ``at`` on and ``around`` elsewhere."""
    new = np.full(shape, around, np.float32)
    new[tuple(slice(first, first + count) for first, count in zip(at, old.shape, strict=True))] = old
    return new
