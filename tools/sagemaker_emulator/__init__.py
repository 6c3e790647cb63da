"""Emulate Amazon SageMaker's training jobs on one machine.

A server on this machine that implements AWS's own protocols. S3, logs, identities and the rest come
from moto; training jobs are ours: the container's command runs for real, once for each host, as a
process with the folders that it would find under ``/opt/ml``.
"""
