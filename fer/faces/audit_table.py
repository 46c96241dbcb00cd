"""Print an audit on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fer.faces.audit import Audit

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
    console.print(f"duplicate groups  {len(audit.duplicates):,} ({images:,} images)")
    console.print(f"label conflicts   {len(audit.conflicts):,} of those groups")
    console.print(f"train/test leaks  {len(audit.leaks):,} test images are also in train")
    if "validation" in audit.counts:
        leaks = len(audit.validation_leaks)
        console.print(f"validation leaks  {leaks:,} validation images are also in train")
    console.print(f"flat images       {len(audit.flat):,}")
    console.print(f"unreadable        {len(audit.unreadable):,}")
    for line in audit.unreadable[:SHOWN]:
        console.print(f"  {line}", markup=False)
    if len(audit.unreadable) > SHOWN:
        console.print(f"  and {len(audit.unreadable) - SHOWN:,} more: see --json")
    for line in audit.remarks:
        console.print(f"note: {line}", markup=False, soft_wrap=True)
