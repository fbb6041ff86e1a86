"""What an operator wants of one router: the ``knock`` of the inventory, checked.

``model`` and ``names`` have the keys, ``fields`` and ``doors`` their values, ``faults`` what is
said of wrong ones.
"""

from knockdeploy.intent.fields import Service, ServiceProtocol
from knockdeploy.intent.model import Intent, ProofPolicy, intent_from, intent_schema
from knockdeploy.intent.names import Names

__all__ = [
    "Intent",
    "Names",
    "ProofPolicy",
    "Service",
    "ServiceProtocol",
    "intent_from",
    "intent_schema",
]
