"""Which suppliers a process uses; one file per way of running."""
