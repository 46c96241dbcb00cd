"""``fer search grade``."""

from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import with_examples
from search.commands.options import StorageUrl, Study, name_of
from search.storage import DEFAULT_STORAGE


@with_examples(
    "fer search grade beat_baseline submission.csv --accuracy 0.8416 --n 3965",
)
def grade(
    study: Study,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The graded submission.csv.", show_default=False),
    ],
    accuracy: Annotated[
        float,
        typer.Option(metavar="X", min=0, max=1, help="In [0, 1].", show_default=False),
    ],
    n: Annotated[
        int,
        typer.Option("--n", metavar="N", min=1, help="Graded predictions.", show_default=False),
    ],
    storage: StorageUrl = DEFAULT_STORAGE,
) -> None:
    """Record the accuracy of a submission that was graded elsewhere, such as by Kaggle.

    The grade is tied to the file's SHA-256 and shown as graded from outside wherever the study's
    answer is. Grades of the winner's submissions answer whether the target is beaten; of two grades
    of a file the later one counts.
    """
    from rich.console import Console

    from search.confirmation.grade import record_grade
    from search.confirmation.refresh import refresh
    from search.results.snapshot import read_snapshot
    from search.results.terminal import print_answer
    from search.storage.exported import open_existing
    from search.storage.study import open_study

    name = name_of(study)
    with open_existing(storage, name) as opened:
        found = open_study(opened, name)
        recorded = record_grade(found, file, accuracy, n)
        snapshot, console = read_snapshot(found), Console()
        assert snapshot.confirmation is not None, "it has a grade"
        folder = snapshot.confirmation.folder
        refresh(found, [folder] if folder.is_dir() else [])
        print_answer(snapshot, console)
        console.print(recorded, highlight=False, markup=False, soft_wrap=True)
