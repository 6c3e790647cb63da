"""What does a finished network say?"""
