"""The knowledge in `rules/`, loaded and checked."""

from portlint.catalog.load import load_catalog
from portlint.catalog.read import rules_folder
from portlint.catalog.vocabulary import vocabulary

__all__ = ["load_catalog", "rules_folder", "vocabulary"]
