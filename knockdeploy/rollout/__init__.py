"""How a fleet is walked through: stages, budget, window, and who takes each turn."""
