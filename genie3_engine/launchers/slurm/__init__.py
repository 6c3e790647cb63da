"""Run on a Slurm cluster: a job array on the run's folder, which all nodes see."""
