"""Life cycle of background jobs: files, processes, queue, status."""
