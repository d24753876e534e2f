"""What things are made of in Blender: the plate projected, brick and concrete where they broke, dust."""

import math

import bpy
import numpy as np


def plain(name, colour, roughness=0.9):
    """A diffuse material."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*colour, 1.0)
    shader.inputs["Roughness"].default_value = roughness
    return material


def projected(plate, light, normal):
    """A diffuse material whose albedo is the plate divided by the light that fell on a surface with that normal."""
    material = plain("plate", (0.5, 0.5, 0.5))
    nodes, links = material.node_tree.nodes, material.node_tree.links
    picture, scale = nodes.new("ShaderNodeTexImage"), nodes.new("ShaderNodeVectorMath")
    picture.image = bpy.data.images.load(str(plate.absolute()), check_existing=True)
    picture.extension = "EXTEND"
    facing = max(float(np.dot(light.to_sun, normal)), 0.0)
    irradiance = np.asarray(light.sun) * facing + 0.5 * np.asarray(light.sky) + 0.5 * np.asarray(light.ground)
    scale.operation = "MULTIPLY"
    scale.inputs[1].default_value = 1.0 / np.maximum(irradiance, 1e-3)
    links.new(picture.outputs["Color"], scale.inputs[0])
    links.new(scale.outputs["Vector"], nodes["Principled BSDF"].inputs["Base Color"])
    return material


def brick():
    """Broken masonry: bricks and mortar from the brick texture, roughened by noise."""
    material = plain("broken brick", (0.42, 0.2, 0.13))
    nodes, links = material.node_tree.nodes, material.node_tree.links
    where, turned, pattern = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "Mapping", "TexBrick"))
    turned.inputs["Rotation"].default_value = (math.pi / 2, 0, 0)  # the pattern lies in x, y; walls stand in x, z
    pattern.inputs["Color1"].default_value = (0.42, 0.2, 0.13, 1)
    pattern.inputs["Color2"].default_value = (0.33, 0.15, 0.1, 1)
    pattern.inputs["Mortar"].default_value = (0.5, 0.47, 0.43, 1)
    pattern.inputs["Scale"].default_value = 1.0
    pattern.inputs["Brick Width"].default_value, pattern.inputs["Row Height"].default_value = 0.25, 0.077  # m
    pattern.inputs["Mortar Size"].default_value = 0.006  # m
    links.new(where.outputs["Object"], turned.inputs["Vector"])
    links.new(turned.outputs["Vector"], pattern.inputs["Vector"])
    links.new(pattern.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    roughen(material, where, scale=18.0)
    return material


def concrete():
    """Broken concrete: grey, mottled by noise."""
    material = plain("broken concrete", (0.4, 0.39, 0.37))
    nodes, links = material.node_tree.nodes, material.node_tree.links
    where, mottle, ramp = (nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "TexNoise", "ValToRGB"))
    mottle.inputs["Scale"].default_value = 6.0
    ramp.color_ramp.elements[0].color, ramp.color_ramp.elements[1].color = (0.28, 0.27, 0.26, 1), (0.5, 0.49, 0.47, 1)
    links.new(where.outputs["Object"], mottle.inputs["Vector"])
    links.new(mottle.outputs["Fac"], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    roughen(material, where, scale=30.0)
    return material


def roughen(material, where, scale):
    """Bumps of noise."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    noise, bump = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeBump")
    noise.inputs["Scale"].default_value, bump.inputs["Distance"].default_value = scale, 0.03
    links.new(where.outputs["Object"], noise.inputs["Vector"])
    links.new(noise.outputs["Fac"], bump.inputs["Height"])
    links.new(bump.outputs["Normal"], nodes["Principled BSDF"].inputs["Normal"])


def dust(colour, density):
    """Volume that scatters like masonry dust; ``density`` multiplies the grid's, 1/m."""
    material = bpy.data.materials.new("dust")
    material.use_nodes = True
    nodes = material.node_tree.nodes
    nodes.clear()
    output, volume = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeVolumePrincipled")
    volume.inputs["Color"].default_value = (*colour, 1.0)
    volume.inputs["Density"].default_value = density
    volume.inputs["Anisotropy"].default_value = 0.35
    material.node_tree.links.new(volume.outputs["Volume"], output.inputs["Volume"])
    return material
