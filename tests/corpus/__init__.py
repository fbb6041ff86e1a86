"""Configurations that nobody here wrote."""
