"""What strangers can do at a door, tried on virtual routers whose clock is ours."""
