"""The fast renderer: triangles to samples, and rays for sun and sky."""
