"""Jinja2 templates of the knock configuration, one folder a platform family."""
