"""Mutants: what no test sees."""
