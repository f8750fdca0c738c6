"""Event files of other datasets (GDELT, ICEWS, POLECAT, ACLED) read into a store."""

from communique.imports.formats import FORMATS, find_format
from communique.imports.read import import_file

__all__ = ["FORMATS", "find_format", "import_file"]
