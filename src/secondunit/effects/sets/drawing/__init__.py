"""Drawings of a set to scale: plan, reflected ceiling plan, elevations; as SVG, PDF and DXF."""
