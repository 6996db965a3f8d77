"""Package managers: what is asked for, and what a lock file settles."""
