"""What is typed at a router and what it prints."""
