"""Record what a reader converted, left out or could not read, for `prepare` and `audit`."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from fer.errors import BadInput
from fer.wording import counted

OnBad = Callable[[BadInput], None]
"""Handle an image or row that cannot be read, before reading continues."""


@dataclass(frozen=True)
class Notes:
    """What is worth knowing about a source after it was read.

    Attributes:
        remarks: one line each, for the user.
        unread: one line for each file that is not an image or table.
    """

    remarks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def refuse(problem: BadInput) -> None:
    """Stop reading: training does not guess which faces were meant."""
    raise problem


class ReadLog:
    """Collects notes while a source is read.

    Args:
        on_bad: called for each image or row that cannot be read.
    """

    def __init__(self, on_bad: OnBad = refuse) -> None:
        self.bad = on_bad
        self._converted: dict[str, list[str]] = {}
        self._left_out: Counter[str] = Counter()
        self._unread: list[str] = []
        self._remarks: list[str] = []

    def convert(self, kind: str, name: str) -> None:
        """Count an image that was converted to 8-bit gray."""
        self._converted.setdefault(kind, []).append(name)

    def leave_out(self, reason: str) -> None:
        """Count a face that is left out on purpose."""
        self._left_out[reason] += 1

    def skip(self, name: str) -> None:
        """Count a file that is neither an image nor a table."""
        self._unread.append(name)

    def remark(self, line: str) -> None:
        """Note a line, once."""
        if line not in self._remarks:
            self._remarks.append(line)

    def notes(self) -> Notes:
        """All that was recorded."""
        remarks = list(self._remarks)
        if self._converted:
            kinds = {kind: len(names) for kind, names in self._converted.items()}
            first = next(iter(self._converted.values()))[0]
            total = sum(kinds.values())
            images = f"{counted(total, 'image')} converted to 8-bit gray"
            remarks.append(f"{images}: {_counts(kinds)} (first: {first})")
        if self._left_out:
            total = self._left_out.total()
            remarks.append(f"{counted(total, 'face')} left out: {_counts(self._left_out)}")
        if self._unread:
            endings = Counter(_ending(name) for name in self._unread)
            total, first = len(self._unread), self._unread[0]
            remarks.append(
                f"{counted(total, 'file')} not read: {_counts(endings)} (first: {first})"
            )
        unread = tuple(f"{name}: not read: not an image that Pillow reads" for name in self._unread)
        return Notes(tuple(remarks), unread)

    def unread_summary(self) -> str:
        """The files that were not read, by ending: ``3 .heic, 1 .txt``."""
        return _counts(Counter(_ending(name) for name in self._unread))


def _counts(counts: "dict[str, int] | Counter[str]") -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count:,} {name}" for name, count in ordered)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "without an ending"
