"""Which loops run as machine code? Nothing here knows more than numpy and numba."""
