"""One router: connect, read, send, arm, confirm, save, revert."""
