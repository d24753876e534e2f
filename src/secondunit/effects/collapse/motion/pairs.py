"""Which shards may touch: boxes in a grid of cells (broad phase). Their order depends on nothing but the shards."""

from __future__ import annotations

import numpy as np
from numba import njit

SKIN_M = 0.02  # how far apart two shards may be and still be looked at


@njit(cache=True, nogil=True)
def _bucketed(wanted, lo, hi, entries):  # type: ignore[no-untyped-def]
    """Solids by cell, hashed into buckets: starts, order, (x, y, z, solid) of each entry. A bucket may mix cells."""
    solids = len(wanted)
    buckets = 1
    while buckets < 2 * solids:
        buckets *= 2
    start = np.zeros(buckets + 1, np.int32)
    key = np.empty(entries, np.int32)
    cell = np.empty((entries, 4), np.int32)
    at = 0
    for i in range(solids):
        if wanted[i]:
            for x in range(lo[i, 0], hi[i, 0] + 1):
                for y in range(lo[i, 1], hi[i, 1] + 1):
                    for z in range(lo[i, 2], hi[i, 2] + 1):
                        h = (x * 73856093 ^ y * 19349663 ^ z * 83492791) & (buckets - 1)
                        key[at] = h
                        cell[at, 0], cell[at, 1], cell[at, 2], cell[at, 3] = x, y, z, i
                        start[h + 1] += 1
                        at += 1
    for h in range(buckets):
        start[h + 1] += start[h]
    fill = start[:-1].copy()
    order = np.empty(entries, np.int32)
    for e in range(entries):
        order[fill[key[e]]] = e
        fill[key[e]] += 1
    return start, order, cell


@njit(cache=True, nogil=True)
def near(placed, bodies, cell_m, tied):  # type: ignore[no-untyped-def]  # noqa: C901
    """Pairs as sorted keys ``i * solids + j`` (P,), i < j, of different bodies of which one moves.

    Pairs whose keys are in ``tied`` (sorted) are left out: steel holds them, see ``solver.Ties``.
    """
    solids = len(bodies.of_shard)
    lo, hi = np.empty((solids, 3), np.int32), np.empty((solids, 3), np.int32)
    low, high = np.empty((solids, 3)), np.empty((solids, 3))
    floor, top = np.full(3, 1e30), np.full(3, -1e30)
    wanted = np.zeros(solids, np.bool_)
    for i in range(solids):
        margin = 0.5 * SKIN_M + placed.reach[i]
        for k in range(3):
            low[i, k], high[i, k] = placed.low[i, k] - margin, placed.high[i, k] + margin
        if bodies.moving[bodies.of_shard[i]]:
            for k in range(3):
                floor[k] = min(floor[k], low[i, k])
                top[k] = max(top[k], high[i, k])
    entries = 0
    for i in range(solids):
        inside = True
        for k in range(3):
            inside = inside and high[i, k] >= floor[k] and low[i, k] <= top[k]
        wanted[i] = inside
        if inside:
            cells = 1
            for k in range(3):
                lo[i, k] = np.int32(np.floor((max(low[i, k], floor[k]) - floor[k]) / cell_m))
                hi[i, k] = np.int32(np.floor((min(high[i, k], top[k]) - floor[k]) / cell_m))
                cells *= hi[i, k] - lo[i, k] + 1
            entries += cells
    start, order, cell = _bucketed(wanted, lo, hi, entries)
    buckets = len(start) - 1
    found = np.empty(max(64, 16 * solids), np.int64)
    count = 0
    for h in range(buckets):
        for p in range(start[h], start[h + 1]):
            e = order[p]
            i = cell[e, 3]
            for q in range(p + 1, start[h + 1]):
                f = order[q]
                j = cell[f, 3]
                if cell[e, 0] != cell[f, 0] or cell[e, 1] != cell[f, 1] or cell[e, 2] != cell[f, 2]:
                    continue
                a, b = bodies.of_shard[i], bodies.of_shard[j]
                if a == b or not (bodies.moving[a] or bodies.moving[b]):
                    continue
                touch = True
                for k in range(3):
                    touch = touch and low[i, k] <= high[j, k] and low[j, k] <= high[i, k]
                    touch = touch and max(lo[i, k], lo[j, k]) == cell[e, k]
                if not touch:
                    continue
                pair = np.int64(min(i, j)) * solids + max(i, j)
                t = np.searchsorted(tied, pair)
                if t < len(tied) and tied[t] == pair:
                    continue
                if count == len(found):
                    more = np.empty(2 * count, np.int64)
                    more[:count] = found
                    found = more
                found[count] = pair
                count += 1
    return np.sort(found[:count])
