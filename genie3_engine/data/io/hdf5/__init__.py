"""Read HDF5 files: AnnData, Loom and 10x Genomics."""
