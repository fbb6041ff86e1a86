"""What a run remembers between commands; a cache, never the only record."""
