"""Where does a run happen?"""
