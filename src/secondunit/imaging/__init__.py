"""Pictures: colour, files, movies, ids and comp. Pixels are scene-linear ACEScg float32 unless a name says otherwise."""
