"""Regulons: a regulator with the targets that it seems to activate or repress."""
