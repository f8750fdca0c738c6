"""Measures over coded documents."""
