"""Syntax, entities, quotations and names of a document."""
