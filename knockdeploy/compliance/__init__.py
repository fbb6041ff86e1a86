"""Rules and findings: what differs between a router and its intent."""
