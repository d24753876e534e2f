"""A place in metres: cameras, light, materials, shapes. World axes: right-handed, +Y up, the ground at y = 0."""
