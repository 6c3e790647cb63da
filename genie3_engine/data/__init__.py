"""Expression data: reading files, checking and fixing them, preparing a matrix."""
