"""Results of a run as one document."""
