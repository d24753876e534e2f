"""Makes air flow keep its volume: the pressure that does so, by conjugate gradients with a multigrid preconditioner.

The scheme is McAdams, Sifakis, Teran 2010, "A parallel multigrid Poisson solver for fluids simulation on large grids",
with faces that may be partly closed as in Batty, Bertails, Bridson 2007, "A fast variational framework for accurate
solid-fluid coupling". Pressures are in velocity units (time step and voxel size divided out) and carry one ghost voxel
on each side, whose 0 is the open air around the box.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from secondunit.effects.collapse.dust.slabs import Slabs

Floats = npt.NDArray[np.float32]
_CLOSED = 1e-5  # a voxel whose faces add up to less is solid: no pressure there
_COARSEST_SWEEPS = 12


@numba.njit(cache=True, nogil=True)
def _relax(start: int, stop: int, x: Any, b: Any, wx: Any, wy: Any, wz: Any, inverse: Any, colour: int) -> None:
    """One half sweep of red-black Gauss-Seidel, in place."""
    for i in range(start, stop):
        for j in range(b.shape[1]):
            for k in range((i + j + colour) & 1, b.shape[2], 2):
                total = b[i, j, k]
                total += wx[i, j, k] * x[i, j + 1, k + 1] + wx[i + 1, j, k] * x[i + 2, j + 1, k + 1]
                total += wy[i, j, k] * x[i + 1, j, k + 1] + wy[i, j + 1, k] * x[i + 1, j + 2, k + 1]
                total += wz[i, j, k] * x[i + 1, j + 1, k] + wz[i, j, k + 1] * x[i + 1, j + 1, k + 2]
                x[i + 1, j + 1, k + 1] = total * inverse[i, j, k]


@numba.njit(cache=True, nogil=True)
def _begin(start: int, stop: int, x: Any, b: Any, inverse: Any) -> None:
    """The first half sweep from nothing: even voxels are solved alone, odd ones are 0."""
    for i in range(start, stop):
        for j in range(b.shape[1]):
            odd = (i + j) & 1
            for k in range(b.shape[2]):
                x[i + 1, j + 1, k + 1] = np.float32(0.0) if (k ^ odd) & 1 else b[i, j, k] * inverse[i, j, k]


@numba.njit(cache=True, nogil=True)
def _relax_long(x: Any, b: Any, wx: Any, wy: Any, wz: Any, inverse: Any, sweeps: int) -> None:
    """Many sweeps forth and as many back, for the coarsest grid."""
    for sweep in range(2 * sweeps):
        first = 0 if sweep < sweeps else 1
        _relax(0, b.shape[0], x, b, wx, wy, wz, inverse, first)
        _relax(0, b.shape[0], x, b, wx, wy, wz, inverse, 1 - first)


@numba.njit(cache=True, nogil=True)
def _apply(start: int, stop: int, x: Any, wx: Any, wy: Any, wz: Any, inverse: Any, out: Any, dot: Any) -> None:
    """``out`` = A x, and ``dot[i]`` = x . A x of slab i."""
    for i in range(start, stop):
        along = 0.0
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                here = x[i + 1, j + 1, k + 1]
                total = wx[i, j, k] * (here - x[i, j + 1, k + 1]) + wx[i + 1, j, k] * (here - x[i + 2, j + 1, k + 1])
                total += wy[i, j, k] * (here - x[i + 1, j, k + 1]) + wy[i, j + 1, k] * (here - x[i + 1, j + 2, k + 1])
                total += wz[i, j, k] * (here - x[i + 1, j + 1, k]) + wz[i, j, k + 1] * (here - x[i + 1, j + 1, k + 2])
                if inverse[i, j, k] == 0.0:
                    total = total * np.float32(0.0)
                out[i, j, k] = total
                along += here * total
        dot[i] = along


@numba.njit(cache=True, nogil=True)
def _restrict(start: int, stop: int, x: Any, b: Any, wx: Any, wy: Any, wz: Any, inverse: Any, coarse: Any) -> None:
    """``coarse`` = sum of the residual b - A x over each 2 x 2 x 2 block; odd voxels have just been solved: 0."""
    for i in range(start, stop):
        for j in range(coarse.shape[1]):
            for k in range(coarse.shape[2]):
                total = np.float32(0.0)
                for corner in (0, 3, 5, 6):
                    fi, fj, fk = 2 * i + (corner >> 2), 2 * j + ((corner >> 1) & 1), 2 * k + (corner & 1)
                    if inverse[fi, fj, fk] == 0.0:
                        continue
                    here = x[fi + 1, fj + 1, fk + 1]
                    total += b[fi, fj, fk]
                    total -= wx[fi, fj, fk] * (here - x[fi, fj + 1, fk + 1])
                    total -= wx[fi + 1, fj, fk] * (here - x[fi + 2, fj + 1, fk + 1])
                    total -= wy[fi, fj, fk] * (here - x[fi + 1, fj, fk + 1])
                    total -= wy[fi, fj + 1, fk] * (here - x[fi + 1, fj + 2, fk + 1])
                    total -= wz[fi, fj, fk] * (here - x[fi + 1, fj + 1, fk])
                    total -= wz[fi, fj, fk + 1] * (here - x[fi + 1, fj + 1, fk + 2])
                coarse[i, j, k] = total


@numba.njit(cache=True, nogil=True)
def _prolong(start: int, stop: int, coarse: Any, inverse: Any, x: Any) -> None:
    """Add each coarse value to its eight voxels (the transpose of ``_restrict``)."""
    for i in range(start, stop):
        for j in range(inverse.shape[1]):
            for k in range(inverse.shape[2]):
                if inverse[i, j, k] != 0.0:
                    x[i + 1, j + 1, k + 1] += coarse[i // 2 + 1, j // 2 + 1, k // 2 + 1]


@numba.njit(cache=True, nogil=True)
def _advance(start: int, stop: int, p: Any, search: Any, r: Any, image: Any, alpha: Any, dot: Any) -> None:
    """p += alpha search, r -= alpha image, ``dot[i]`` = largest |r| of slab i."""
    for i in range(start, stop):
        worst = np.float32(0.0)
        for j in range(r.shape[1]):
            for k in range(r.shape[2]):
                p[i + 1, j + 1, k + 1] += alpha * search[i + 1, j + 1, k + 1]
                left = r[i, j, k] - alpha * image[i, j, k]
                r[i, j, k] = left
                worst = max(worst, abs(left))
        dot[i] = worst


@numba.njit(cache=True, nogil=True)
def _dot(start: int, stop: int, r: Any, z: Any, dot: Any) -> None:
    """``dot[i]`` = r . z of slab i."""
    for i in range(start, stop):
        along = 0.0
        for j in range(r.shape[1]):
            for k in range(r.shape[2]):
                along += r[i, j, k] * z[i + 1, j + 1, k + 1]
        dot[i] = along


@numba.njit(cache=True, nogil=True)
def _turn(start: int, stop: int, search: Any, z: Any, beta: Any) -> None:
    """search = z + beta search."""
    for i in range(start + 1, stop + 1):
        for j in range(1, z.shape[1] - 1):
            for k in range(1, z.shape[2] - 1):
                search[i, j, k] = z[i, j, k] + beta * search[i, j, k]


class _Level:
    """One grid of the hierarchy: face openings, inverse diagonal, and room to work in."""

    def __init__(self, wx: Floats, wy: Floats, wz: Floats) -> None:
        self.faces = (wx, wy, wz)
        diagonal = wx[:-1] + wx[1:] + wy[:, :-1] + wy[:, 1:] + wz[:, :, :-1] + wz[:, :, 1:]
        open_here = diagonal > _CLOSED
        self.inverse = np.where(open_here, 1.0 / np.where(open_here, diagonal, 1.0), 0.0).astype(np.float32)
        self.dims = self.inverse.shape
        self.b = np.zeros(self.dims, np.float32)
        self.x = np.zeros(tuple(n + 2 for n in self.dims), np.float32)

    def coarser(self) -> _Level:
        """Half as many voxels each way. A coarse face adds its four fine ones over twice the distance."""
        wx, wy, wz = self.faces
        half = np.float32(0.5)
        x = wx[::2]
        x = half * (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2])
        y = wy[:, ::2]
        y = half * (y[::2, :, ::2] + y[1::2, :, ::2] + y[::2, :, 1::2] + y[1::2, :, 1::2])
        z = wz[:, :, ::2]
        z = half * (z[::2, ::2] + z[1::2, ::2] + z[::2, 1::2] + z[1::2, 1::2])
        return _Level(np.ascontiguousarray(x), np.ascontiguousarray(y), np.ascontiguousarray(z))


class Pressure:
    """Solves A p = b for a given set of faces.

    Args:
        wx, wy, wz: how open each face is, 0..1, (nx + 1, ny, nz), (nx, ny + 1, nz), (nx, ny, nz + 1).
        slabs: where kernels run.
    """

    def __init__(self, wx: Floats, wy: Floats, wz: Floats, slabs: Slabs) -> None:
        self._slabs = slabs
        self._levels = [_Level(wx, wy, wz)]
        while all(n % 2 == 0 and n >= 4 for n in self._levels[-1].dims) and len(self._levels) < 4:
            self._levels.append(self._levels[-1].coarser())

    def _relax(self, level: _Level, colours: tuple[int, ...]) -> None:
        for colour in colours:
            arguments = (level.x, level.b, *level.faces, level.inverse, colour)
            self._slabs.run(_relax, level.dims[0], *arguments, work=level.b.size)

    def _cycle(self, depth: int = 0) -> None:
        """One V-cycle, a symmetric one: what the preconditioner of conjugate gradients must be."""
        level = self._levels[depth]
        if depth == len(self._levels) - 1:
            level.x.fill(0.0)
            _relax_long(level.x, level.b, *level.faces, level.inverse, _COARSEST_SWEEPS)
            return
        self._slabs.run(_begin, level.dims[0], level.x, level.b, level.inverse, work=level.b.size)
        self._relax(level, (1,))
        coarse = self._levels[depth + 1]
        arguments = (level.x, level.b, *level.faces, level.inverse, coarse.b)
        self._slabs.run(_restrict, coarse.dims[0], *arguments, work=level.b.size)
        self._cycle(depth + 1)
        self._slabs.run(_prolong, level.dims[0], coarse.x, level.inverse, level.x, work=level.b.size)
        self._relax(level, (1, 0))

    def solve(self, b: Floats, p: Floats, *, tolerance: float, iterations: int) -> int:
        """Improve ``p`` (with ghosts, in place) until the largest residual is below ``tolerance``.

        Returns:
            Iterations used.
        """
        fine = self._levels[0]
        rows, dot = fine.dims[0], np.zeros(fine.dims[0])
        run = self._slabs.run
        image = np.empty_like(b)
        run(_apply, rows, p, *fine.faces, fine.inverse, image, dot)
        fine.b[...] = np.where(fine.inverse > 0, b - image, 0)
        r, search, before = fine.b, np.zeros_like(p), 0.0
        worst = float(np.abs(r).max())
        done = 0
        while worst > tolerance and done < iterations:
            self._cycle()
            run(_dot, rows, r, fine.x, dot)
            now = float(dot.sum())
            if now <= 0.0:
                break
            run(_turn, rows, search, fine.x, np.float32(now / before if before else 0.0))
            run(_apply, rows, search, *fine.faces, fine.inverse, image, dot)
            alpha = np.float32(now / float(dot.sum()))
            run(_advance, rows, p, search, r, image, alpha, dot)
            worst, before, done = float(dot.max()), now, done + 1
        return done
