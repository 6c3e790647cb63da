"""Compiled loops of tree growing; they depend on NumPy and Numba only."""
