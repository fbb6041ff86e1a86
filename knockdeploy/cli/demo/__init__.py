"""The story told by `demo`, against virtual routers."""
