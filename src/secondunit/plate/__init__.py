"""What was photographed: ingest, camera, ground and scale."""
