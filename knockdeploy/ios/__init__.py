"""IOS configuration as data: one reading of IOS, shared by the planner and the virtual routers."""
