"""Combine ranked lists of links into one network."""
