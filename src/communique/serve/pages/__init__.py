"""One module a page: the dataclass that answers as HTML and as JSON, and what builds it from the data."""
