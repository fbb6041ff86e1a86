"""config.yaml and the inventory it names: the selected hosts, each with its intent.

``nornirfile`` reads config.yaml, ``selection`` picks hosts, ``knock_levels`` makes one ``knock`` of
what the levels say, ``references`` and ``credentials`` follow what stands for a secret,
``simple_inventory`` reads Nornir's own inventory, ``elements`` checks its keys in any inventory.
"""

from knockdeploy.inventory.credentials import resolve_credentials
from knockdeploy.inventory.project import Project, load
from knockdeploy.inventory.settings import RolloutSettings, Settings

__all__ = ["Project", "RolloutSettings", "Settings", "load", "resolve_credentials"]
