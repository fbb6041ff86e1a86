"""Port knocking on Cisco IOS for fleets."""

__version__ = "0.1.0"
