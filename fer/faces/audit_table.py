"""Print an audit on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fer.faces.audit import Audit, Face
from fer.wording import counted

SHOWN = 10


def render(audit: Audit) -> None:
    """Print counts and numbers, and the first lines of what was not read."""
    console = Console(highlight=False)
    console.print(Text(audit.source), soft_wrap=True)
    counts = Table("split", "class", "faces")
    for split, classes in audit.counts.items():
        for name, count in classes.items():
            counts.add_row(split, name, f"{count:,}")
        counts.add_section()
    console.print(counts)
    images = sum(map(len, audit.duplicates))
    console.print(f"gray levels       mean {audit.mean:.2f}, SD {audit.sd:.2f}, of 0 to 255")
    console.print(f"duplicate groups  {len(audit.duplicates):,} ({counted(images, 'image')})")
    console.print(f"label conflicts   {len(audit.conflicts):,} of those groups")
    console.print(f"train/test leaks  {_leaks(audit.leaks, 'test') or audit.leaks_unchecked}")
    if audit.validation_leaks is not None:
        console.print(f"validation leaks  {_leaks(audit.validation_leaks, 'validation')}")
    console.print(f"flat images       {len(audit.flat):,}")
    console.print(f"unreadable        {len(audit.unreadable):,}")
    for line in audit.unreadable[:SHOWN]:
        console.print(f"  {line}", markup=False)
    if len(audit.unreadable) > SHOWN:
        console.print(f"  and {len(audit.unreadable) - SHOWN:,} more: see --json")
    for line in audit.remarks:
        console.print(f"note: {line}", markup=False, soft_wrap=True)


def _leaks(leaks: list[Face] | None, split: str) -> str:
    if leaks is None:
        return ""
    also = counted(len(leaks), f"{split} image is", f"{split} images are")
    return f"{also} also in train"
