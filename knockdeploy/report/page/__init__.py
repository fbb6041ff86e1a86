"""A run as one HTML file: ``model`` says what stands there, ``html`` writes it."""
