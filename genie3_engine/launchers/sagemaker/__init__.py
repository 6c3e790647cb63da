"""How does a run happen on Amazon SageMaker, on one instance or on many?

`launcher` is the way in; a vendor's SDK is imported by `session` and `jobs` only, when it is used.
"""
