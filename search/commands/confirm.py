"""``fer search confirm``."""

from typing import Annotated

import typer

from fer.commands.help import with_examples
from search.commands.options import Data, Out, StorageUrl, Study, Workers, name_of, source_of
from search.results.published import TEST
from search.storage import DEFAULT_STORAGE


@with_examples(
    "fer search confirm beat_baseline --data fer2013-train.zip --workers 2",
    "fer search confirm quick --data synthetic --top 2 --folds 2 --seeds 2",
)
def confirm(
    study: Study,
    data: Data = None,
    test: Annotated[
        str | None,
        typer.Option(
            metavar="SOURCE",
            help="Test images, with or without labels, if they are in another source.",
            show_default=False,
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(metavar="K", min=1, help="Best recipes to compare with the baseline.")
    ] = 3,
    folds: Annotated[
        int, typer.Option(metavar="F", min=1, help="Fresh splits that each recipe trains on.")
    ] = 3,
    seeds: Annotated[
        int, typer.Option(metavar="N", min=1, help="Runs of the winner on all training faces.")
    ] = 5,
    workers: Workers = 1,
    target: Annotated[
        float,
        typer.Option(metavar="ACCURACY", min=0, max=1, help="Test accuracy to beat, in [0, 1]."),
    ] = TEST,
    again: Annotated[
        bool,
        typer.Option("--again", help="Open the test labels again; each opening is recorded."),
    ] = False,
    storage: StorageUrl = DEFAULT_STORAGE,
    out: Out = None,
) -> None:
    """Confirm a study's best recipes on fresh folds and seeds, and answer whether the target is
    beaten.

    Trains the best K recipes and the baseline on F splits and with seeds that the search has not
    used, chooses the winner by its mean validation accuracy, and trains it N times on all training
    faces. Only then are test labels opened, once. Without labels, a submission for each seed and
    one of their mean are written to DIR/STUDY/confirm. The same command resumes a confirmation
    where it stopped, however it stopped.
    """
    import shlex
    import sys

    from rich.console import Console

    from search.confirmation.confirm import confirm as confirm_study
    from search.confirmation.options import Options
    from search.confirmation.record import Request
    from search.results.terminal import print_in_full
    from search.storage.passwords import hide_passwords

    request = Request(top=top, folds=folds, seeds=seeds, target=target)
    command = hide_passwords(shlex.join(["fer", *sys.argv[1:]]))
    source, name = source_of(data), name_of(study)
    options = Options(name, source, storage, request, workers, out, test, again, command)
    print_in_full(confirm_study(options), Console())
