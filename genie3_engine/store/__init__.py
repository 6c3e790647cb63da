"""What lies on disk, under which name, and how does it get there whole?"""
