"""Read text tables: CSV, TSV and other delimited text."""
