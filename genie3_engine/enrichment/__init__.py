"""Gene sets, and their over-representation in groups of genes."""
