"""What a router is reached by: SSH, UDP, TCP and HTTP on loopback sockets."""
