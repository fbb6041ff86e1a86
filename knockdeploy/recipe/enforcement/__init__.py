"""What shuts the services."""
