"""knockdeploy beside what a network engineer would use instead."""
