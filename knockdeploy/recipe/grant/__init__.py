"""What a knock opens."""
