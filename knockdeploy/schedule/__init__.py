"""Regular checks, for each scheduler that can start them."""
