"""Read files in a separate process that may crash without harm."""
