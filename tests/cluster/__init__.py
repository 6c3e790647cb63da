"""Faults of a real Slurm: nodes, controller, limits."""
