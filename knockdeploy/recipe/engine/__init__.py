"""What judges the order, the source and the window of knocks."""
