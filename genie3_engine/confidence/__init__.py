"""Evidence for the links of a run: p and q values from null forests, and stability."""
