"""Coded documents as files in the field's formats, and as a report for a reader."""
