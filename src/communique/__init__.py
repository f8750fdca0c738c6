"""Communiqué reads the news and returns political event data that can be audited.

>>> import communique
>>> coder = communique.Coder()
>>> document = coder.code("Norway's foreign minister met her Swedish counterpart in Oslo.", published="2024-05-02")
>>> [(e.type, [m.code for m in e.actor]) for e in document.events]
[('CONSULT', ['NOR.GOV', 'SWE.GOV'])]
"""

from __future__ import annotations

from communique.coder import Coder
from communique.errors import CommuniqueError, InputError, KnowledgeError, StoreError
from communique.ingest import Article
from communique.records import Attitude, CodedDocument, Relation
from communique.store import Store
from communique.store import open_store as open
from communique.version import VERSION as __version__

__all__ = [
    "Article",
    "Attitude",
    "CodedDocument",
    "Coder",
    "CommuniqueError",
    "InputError",
    "KnowledgeError",
    "Relation",
    "Store",
    "StoreError",
    "__version__",
    "open",
]
