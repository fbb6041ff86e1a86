"""knockdeploy beside what a network engineer would use instead (design §8)."""
