"""How is the forest of one target, and of all targets, computed?"""
