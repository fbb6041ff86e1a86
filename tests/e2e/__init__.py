"""Deployments end to end: the command line against virtual routers on real sockets."""
