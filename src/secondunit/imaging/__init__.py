"""Pictures: colour, files, movies, ids and comp. Scene-linear ACEScg float32 unless a name says otherwise."""
