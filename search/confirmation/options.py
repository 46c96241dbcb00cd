"""What the user asked ``fer search confirm`` for."""

from dataclasses import dataclass
from pathlib import Path

from search.confirmation.record import Confirmation, Request


@dataclass(frozen=True)
class Options:
    """The options of ``fer search confirm``.

    Attributes:
        source: the faces of the study.
        test: the source of the test images, where that is another one.
        again: open the test labels again.
        command: that the user typed, for the record.
    """

    study: str
    source: str
    storage: str
    request: Request
    workers: int
    out: Path | None
    test: str | None
    again: bool
    command: str

    @property
    def test_source(self) -> str:
        """Where the test images are, if there are any."""
        return self.test or self.source

    def folder(self, name: str, before: Confirmation | None) -> Path:
        """The study's folder: of ``--out``, or else where the confirmation began, if that is here.

        Args:
            before: the confirmation that was begun, if one was.
        """
        if self.out is None and before is not None and before.folder.is_dir():
            return before.folder
        return ((self.out or Path("runs")) / name).absolute()
