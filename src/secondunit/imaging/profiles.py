"""Which colour space a picture file says it is in: ICC profiles and EXR chromaticities, read by their primaries."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from secondunit.imaging.colour import SRGB

# x, y of red, green, blue and white, as each standard gives them
_LINEAR_SPACES = {
    "Linear Rec.709 (sRGB)": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),  # ITU-R BT.709-6
    "Linear Rec.2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),  # ITU-R BT.2020-2
    "Linear P3-D65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),  # SMPTE EG 432-1
    "ACEScg": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767),  # Academy S-2014-004
    "ACES2065-1": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),  # SMPTE ST 2065-1
}
_ENCODED_SPACES = {  # spaces of photographs, by the xy of their primaries seen under D65
    SRGB: (0.64, 0.33, 0.30, 0.60, 0.15, 0.06),  # IEC 61966-2-1
    "sRGB Encoded P3-D65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060),  # Display P3
    "Gamma 2.2 Encoded AdobeRGB": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06),  # Adobe RGB (1998), section 4.3.1.1
}
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])  # Lam 1985
_D50 = np.array([0.9642, 1.0, 0.8249])  # ICC.1:2022, section 7.2.16
_D65 = np.array([0.9505, 1.0, 1.0891])  # IEC 61966-2-1


def space_of_chromaticities(xy: Sequence[float] | None) -> str | None:
    """The linear space of an EXR's ``chromaticities`` (8 numbers), or None if it is not one of the config's.

    An EXR that says nothing has the primaries of Rec. 709: so the OpenEXR documentation has it.
    """
    if xy is None:
        return "Linear Rec.709 (sRGB)"
    for space, known in _LINEAR_SPACES.items():
        if len(xy) == 8 and np.allclose(xy, known, atol=2e-3):
            return space
    return None


def space_of_icc(profile: bytes) -> str | None:
    """The display-referred space of an ICC profile, or None if it is not sRGB, Display P3 or Adobe RGB (1998).

    Read from the profile's red, green and blue colorants and not from its name: cameras name sRGB in many ways. A
    grey profile has no colorants and counts as sRGB.
    """
    try:
        tags = _tags(profile)
        if profile[16:20] == b"GRAY":
            return SRGB
        colorants = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")])
    except (struct.error, KeyError):
        return None
    # ICC colorants are adapted to D50; undo it to compare with the standards' own numbers under D65
    gain = np.diag((_BRADFORD @ _D65) / (_BRADFORD @ _D50))
    seen = colorants @ (np.linalg.inv(_BRADFORD) @ gain @ _BRADFORD).T
    sums = seen.sum(axis=1, keepdims=True)
    if np.any(np.abs(sums) < 1e-6):
        return None
    xy = (seen / sums)[:, :2].ravel()
    return next((space for space, known in _ENCODED_SPACES.items() if np.allclose(xy, known, atol=6e-3)), None)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """Tag signature to data (ICC.1:2022, section 7.3)."""
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = {}
    for index in range(min(count, 100)):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        tags[name] = profile[offset : offset + size]
    return tags


def _xyz(data: bytes) -> tuple[float, float, float]:
    """An XYZType of three s15Fixed16 numbers (ICC.1:2022, section 10.31)."""
    x, y, z = struct.unpack_from(">3i", data, 8)
    return x / 65536, y / 65536, z / 65536
