"""What is kept on this machine: a cache, never the only record."""
