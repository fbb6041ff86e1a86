"""How the router notices a knock."""
