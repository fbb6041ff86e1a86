"""Desired against running: what a change sends, what it does, and how it is taken back."""
