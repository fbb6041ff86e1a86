"""The engine of the virtual routers, in process and on a clock of its own."""
