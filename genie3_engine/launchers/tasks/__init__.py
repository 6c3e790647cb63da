"""What launchers share whose runs are computed by several tasks at the same time."""
