"""Data sets stored under the hash of their content, uploads and their catalogue."""
