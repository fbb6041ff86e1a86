"""Virtual routers on loopback addresses."""
