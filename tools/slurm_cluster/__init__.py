"""A real Slurm on this machine: a controller and several virtual nodes, for tests and for trying.

It needs Slurm's own daemons and munge, but no systemd, database or control groups.
"""
