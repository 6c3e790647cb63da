"""Inference of networks: the forest of one target, and the targets of a run."""
