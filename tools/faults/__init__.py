"""Faults of a disk and of the power, for tests and benchmarks."""
