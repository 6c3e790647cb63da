"""How do numbers become figures?"""
