"""Gene regulatory networks by GENIE3: forests, run folders, a command line."""

__version__ = "0.1.0"
