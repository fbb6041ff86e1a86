"""Knocking, looking whether a service answers, and judging what was seen."""
