"""How does a file become an expression matrix with named genes and samples?"""
