"""Sections of a page, each a list of figure modules: a new figure is one file and one name here."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.rendering.figure import Figure, Section


@dataclass(frozen=True)
class SectionSpec:
    """A section, and the modules that build its figures.

    Attributes:
        figures: modules of the page's package, in their order on the page. Each has a function
            ``build`` that takes the page's data and returns a ``Figure``, or None where the figure
            is of a kind of study that this one is not.
    """

    id: str
    title: str
    figures: tuple[str, ...]

    def build(self, package: str, data: object) -> Section:
        """The section with its figures; those that are None are left out.

        Args:
            package: of the modules, such as "reports.figures.study".
        """
        figures = (builder(package, name)(data) for name in self.figures)
        return Section(self.id, self.title, tuple(figure for figure in figures if figure))


def sections_of(specs: Sequence[SectionSpec], package: str, data: object) -> tuple[Section, ...]:
    """The sections that have a figure."""
    sections = (spec.build(package, data) for spec in specs)
    return tuple(section for section in sections if section.figures)


def builder(package: str, name: str) -> Callable[[object], Figure | None]:
    """The function ``build`` of a figure module."""
    build: Callable[[object], Figure | None] = importlib.import_module(f"{package}.{name}").build
    return build
