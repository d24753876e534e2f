"""Layers meet the plate: hold-out, matte, grain, shake, and the frames that leave."""
