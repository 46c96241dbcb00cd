"""The space: the part of a recipe that a study varies, and how a trial picks from it.

A new kind of entry is a file in this folder and a line in ``ENTRIES``. A key of the recipe needs
neither: every key can be searched but those of ``NOT_SEARCHABLE``.
"""

from search.config.space.categorical import CategoricalEntry
from search.config.space.entry import Entry, label
from search.config.space.parse import ENTRIES, NOT_SEARCHABLE, parse_space
from search.config.space.ranges import FloatEntry, IntEntry
from search.config.space.space import Space
from search.config.space.variants import Variant, VariantsEntry

__all__ = [
    "ENTRIES",
    "NOT_SEARCHABLE",
    "CategoricalEntry",
    "Entry",
    "FloatEntry",
    "IntEntry",
    "Space",
    "Variant",
    "VariantsEntry",
    "label",
    "parse_space",
]
