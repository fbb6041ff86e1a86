"""The Nornir tasks, one verb a file."""
