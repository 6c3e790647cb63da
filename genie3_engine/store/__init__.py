"""Run folders, parts and ranked links on disk."""
