"""``python -m knockdeploy``."""

from knockdeploy.cli.main import run

run()
