"""Ingest: from files, pages and records to cleaned documents."""

from __future__ import annotations

from communique.ingest.article import Article, Limits, to_article
from communique.ingest.clean import clean_article
from communique.ingest.dates import check_date
from communique.ingest.inputs import list_files, read_articles

__all__ = ["Article", "Limits", "check_date", "clean_article", "list_files", "read_articles", "to_article"]
