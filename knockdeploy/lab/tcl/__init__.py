"""Tcl on a virtual router: a real tclsh runs the event manager's policies, held to Tcl 8.3.4."""
