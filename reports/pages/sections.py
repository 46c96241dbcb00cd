"""Sections of a page, each a list of figure modules: a new figure is one file and one name here."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from reports.rendering.figure import Figure, Section


@dataclass(frozen=True)
class SectionSpec:
    """A section, and the modules that build its figures.

    Attributes:
        figures: modules of the page's package, in their order on the page. Each has a function
            ``build`` that takes the page's data and returns a ``Figure``.
    """

    id: str
    title: str
    figures: tuple[str, ...]

    def build(self, package: str, data: object) -> Section:
        """The section with its figures.

        Args:
            package: of the modules, such as "reports.figures.study".
        """
        return Section(
            self.id, self.title, tuple(builder(package, name)(data) for name in self.figures)
        )


def builder(package: str, name: str) -> Callable[[object], Figure]:
    """The function ``build`` of a figure module."""
    build: Callable[[object], Figure] = importlib.import_module(f"{package}.{name}").build
    return build
