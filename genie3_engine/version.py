"""Which version of the engine is this?"""

__version__ = "0.1.0"
