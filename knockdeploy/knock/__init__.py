"""The knock client and the probes that see whether a door is open."""
