"""The version of this package; stands in every run, so that results can be told apart by what made them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("communique")
except PackageNotFoundError:  # run from a checkout that isn't installed
    VERSION = "0.0.0"
