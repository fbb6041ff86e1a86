"""What runs a check regularly, for each program that starts others by the clock."""
