"""config.yaml and the inventory it names: the selected hosts, each with its intent.

``nornirfile`` reads config.yaml, ``selection`` picks hosts, ``merging`` makes one ``knock`` of
what the levels say, ``credentials`` follows references, ``explain`` finds out why Nornir could
not load an inventory.
"""

from knockdeploy.inventory.credentials import resolve_credentials
from knockdeploy.inventory.project import Project, load
from knockdeploy.inventory.settings import Rollout, Settings

__all__ = ["Project", "Rollout", "Settings", "load", "resolve_credentials"]
