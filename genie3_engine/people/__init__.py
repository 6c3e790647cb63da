"""The people of a server: who they are, their homes, what they share, and the log."""
