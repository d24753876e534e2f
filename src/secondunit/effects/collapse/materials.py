"""What materials weigh, bear and look like. Every number with its unit and source.

Strengths are those of ordinary work, not design values: a collapse happens at what things really bear. "Artistic" marks
a number chosen by eye or by order of magnitude.
"""

from __future__ import annotations

from dataclasses import dataclass

from secondunit.effects.collapse.shards import Material

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Properties:
    """One material.

    Attributes:
        density_kg_per_m3: mass.
        tension_pa: tensile strength, mean.
        shear_pa: shear strength without normal load (cohesion), mean.
        compression_pa: compressive strength, mean.
        friction: coefficient of dry friction on itself.
        restitution: share of the approach speed kept when it bounces.
        dust_kg_per_m2: fine dust set free for each m2 of broken face.
        albedo: of a broken face, linear ACEScg.
    """

    density_kg_per_m3: float
    tension_pa: float
    shear_pa: float
    compression_pa: float
    friction: float
    restitution: float
    dust_kg_per_m2: float
    albedo: Colour


BRICK = Properties(
    density_kg_per_m3=1800.0,  # kg/m3: solid clay brick in mortar, 18 kN/m3, DIN EN 1991-1-1/NA table NA.A.13
    tension_pa=0.25e6,  # Pa: flexural, mean of EN 1996-1-1 3.6.3: f_xk1 0.10, f_xk2 0.40 MPa (clay, M5 or better)
    shear_pa=0.3e6,  # Pa: initial shear strength f_vk0 0.20-0.30 MPa, clay, M10-M20: EN 1996-1-1 table 3.4
    compression_pa=6.0e6,  # Pa: f_k = 0.55 f_b^0.7 f_m^0.3 (EN 1996-1-1 3.2, f_b 20, f_m 5 MPa: 7.3); old work less
    friction=0.65,  # EN 1996-1-1 3.6.2 takes 0.4 as characteristic; rubble's angle of repose near 33 deg gives 0.65
    restitution=0.1,  # artistic: crushing corners take nearly all of the energy
    dust_kg_per_m2=0.35,  # kg/m2: artistic; a 0.2 mm layer of brick and mortar ground to dust
    albedo=(0.36, 0.20, 0.14),  # fired clay with mortar, by eye
)
CONCRETE = Properties(
    density_kg_per_m3=2500.0,  # kg/m3: reinforced, 25 kN/m3, EN 1991-1-1 table A.1
    tension_pa=2.6e6,  # Pa: f_ctm of C25/30, EN 1992-1-1 table 3.1
    shear_pa=3.5e6,  # Pa: cohesion of a monolithic joint, about 1.4 f_ctm (Mohr-Coulomb through f_ctm and f_cm)
    compression_pa=33.0e6,  # Pa: f_cm of C25/30, EN 1992-1-1 table 3.1
    friction=0.6,  # smooth joint, EN 1992-1-1 6.2.5 (mu 0.6)
    restitution=0.12,  # artistic
    dust_kg_per_m2=0.25,  # kg/m2: artistic; harder than brick, breaks cleaner
    albedo=(0.40, 0.39, 0.36),  # broken cement stone and gravel, by eye
)
PLASTER = Properties(
    density_kg_per_m3=1200.0,  # kg/m3: gypsum plaster 12-18 kN/m3, EN 1991-1-1 table A.1; gypsum block 850-1100
    tension_pa=0.5e6,  # Pa: a quarter of the flexural strength (2.0 MPa) of gypsum block, EN 12859
    shear_pa=0.5e6,  # Pa: taken equal to tension, a brittle material without reinforcement
    compression_pa=5.0e6,  # Pa: gypsum plaster 2 MPa at least (EN 13279-1), gypsum block 5 MPa
    friction=0.55,  # artistic, between timber and brick
    restitution=0.05,  # artistic
    dust_kg_per_m2=0.6,  # kg/m2: artistic; gypsum crumbles most
    albedo=(0.72, 0.70, 0.66),  # white plaster a little dirty, by eye
)
GLASS = Properties(
    density_kg_per_m3=2500.0,  # kg/m3: soda-lime silicate glass, EN 572-1
    tension_pa=45.0e6,  # Pa: characteristic bending strength of annealed float glass, EN 572-1
    shear_pa=30.0e6,  # Pa: artistic, below tension; glass fails by tension first
    compression_pa=800.0e6,  # Pa: order of magnitude, EN 572-1 gives no value; makers' sheets say 700-1000 MPa
    friction=0.4,  # artistic: glass on stone
    restitution=0.2,  # artistic: splinters skip a little
    dust_kg_per_m2=0.01,  # kg/m2: artistic; hardly any
    albedo=(0.30, 0.36, 0.35),  # edge of a pane, greenish, by eye
)
TIMBER = Properties(
    density_kg_per_m3=420.0,  # kg/m3: mean density of C24, EN 338
    tension_pa=14.5e6,  # Pa: f_t,0,k of C24, EN 338 (2016)
    shear_pa=4.0e6,  # Pa: f_v,k of C24, EN 338
    compression_pa=21.0e6,  # Pa: f_c,0,k of C24, EN 338
    friction=0.5,  # sawn timber on concrete or timber, 0.4-0.6
    restitution=0.25,  # artistic
    dust_kg_per_m2=0.05,  # kg/m2: artistic; splinters and old dirt
    albedo=(0.44, 0.30, 0.17),  # fresh softwood, by eye
)
STEEL = Properties(
    density_kg_per_m3=7850.0,  # kg/m3: EN 1991-1-1 table A.4 (77-78.5 kN/m3)
    tension_pa=235.0e6,  # Pa: yield strength of S235, EN 1993-1-1 table 3.1
    shear_pa=136.0e6,  # Pa: f_y / sqrt(3), EN 1993-1-1 6.2.6
    compression_pa=235.0e6,  # Pa: yield strength of S235, EN 1993-1-1 table 3.1
    friction=0.3,  # untreated steel on concrete or steel, EN 1993-1-8 table 3.7 class D 0.2; on stone more
    restitution=0.3,  # artistic
    dust_kg_per_m2=0.0,  # kg/m2: none
    albedo=(0.22, 0.17, 0.14),  # mill scale and rust, by eye
)
MATERIALS: tuple[Properties, ...] = (BRICK, CONCRETE, PLASTER, GLASS, TIMBER, STEEL)  # in the order of ``Material``
REBAR_YIELD_PA = 500.0e6  # Pa: B500, EN 1992-1-1 annex C
REBAR_RATIO = 0.006  # m2/m2: usual slab and wall, between EN 1992-1-1 9.3.1 (0.13 %) and 9.5.2 (4 %) limits

assert len(MATERIALS) == len(Material)
