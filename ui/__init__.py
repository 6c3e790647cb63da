"""What do the pages share?"""
