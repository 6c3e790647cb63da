"""Evaluation of ranked links against a gold standard."""
