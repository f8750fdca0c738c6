"""The database: one DuckDB file that holds coded documents and gives them out again, whole or as tables."""

from communique.store.filters import Filter
from communique.store.merge import merge_stores
from communique.store.store import Added, Network, Store, open_store

__all__ = ["Added", "Filter", "Network", "Store", "merge_stores", "open_store"]
