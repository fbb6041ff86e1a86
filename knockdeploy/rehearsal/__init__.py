"""A host's configuration in virtual routers, under whatever nobody could confirm about IOS."""
