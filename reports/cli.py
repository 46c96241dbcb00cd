"""``fer report``: reports as self-contained HTML files."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from fer.commands.help import examples
from search.commands.options import READ_STORAGE_HELP, ReadStorage

app = typer.Typer(
    name="report",
    help="Write reports of studies and benchmarks as HTML files.",
    no_args_is_help=True,
    epilog=examples("fer report study beat_baseline --out study.html"),
)

Out = Annotated[Path, typer.Option(metavar="FILE", help="The HTML file to write.")]
Png = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Also write each figure as PNG here; needs Chromium."),
]
Notes = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own notes, shown at the top: text or Markdown."),
]


@app.command(
    short_help="Write the report of one study.",
    epilog=examples(
        "fer report study beat_baseline --out study.html",
        "fer report study beat_baseline --data fer2013-train.zip --out study.html",
    ),
)
def study(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", help="Name of the study, or its TOML file.")
    ],
    out: Out,
    storage: ReadStorage = None,
    data: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Faces of the study, to show errors and audit them."),
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Its run folders, if they were moved.")
    ] = None,
    notes: Notes = None,
    png: Png = None,
    test: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Test faces to audit, if --data has none."),
    ] = None,
) -> None:
    """Write the report of one study.

    Verdict, optimisation history, learning curves, hyperparameter importance, best recipes,
    confusion matrix, calibration, and the commands to reproduce it.
    """
    from fer.errors import BadInput
    from reports.data.study_data import read_study_data
    from reports.pages.study import study_page
    from reports.rendering.notes import read_notes
    from reports.rendering.write import write_page
    from search.config.study_file import stored_name

    if test is not None and data is None:
        raise BadInput(f"--test {test}: needs --data SOURCE, the training faces to audit it with")
    own = read_notes(notes)
    study_data = read_study_data(stored_name(study), storage, data, runs, test)
    write_page(replace(study_page(study_data), notes=own), out, png)


@app.command(
    short_help="Write the report of benchmarks of one or several machines.",
    epilog=examples(
        "fer report bench laptop.json server.json --out bench.html",
        "fer report bench recordings --out bench.html",
    ),
)
def bench(
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Recordings of fer bench run, the base first; a folder may hold recordings of "
            "several commits and machines.",
        ),
    ],
    out: Out,
    notes: Notes = None,
    png: Png = None,
) -> None:
    """Write the report of benchmarks of one or several machines.

    Epoch time, throughput and latency by batch size and precision, roofline, the comparison with a
    torchvision DataLoader, and the samples of each case. Of a folder with recordings of several
    commits, the page shows the newest, and the speed over commits.
    """
    from benchmarks.recordings.history import read_histories
    from reports.pages.bench import bench_page
    from reports.rendering.notes import read_notes
    from reports.rendering.write import write_page

    own = read_notes(notes)
    sets, histories = read_histories(recordings)
    page = bench_page(sets, histories=histories)
    write_page(replace(page, notes=own), out, png)


@app.command(
    short_help="Write a report that compares studies.",
    epilog=examples(
        "fer report compare beat_baseline wide --notes notes.md --out compare.html",
    ),
)
def compare(
    studies: Annotated[list[str], typer.Argument(metavar="STUDY", help="Two or more studies.")],
    out: Out,
    storage: Annotated[
        list[str],
        typer.Option(
            "--storage",
            metavar="URL",
            envvar="FER_STORAGE",
            help=f"Of all studies, or of each in turn. {READ_STORAGE_HELP}",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    bench: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="Recording of fer bench run, for the projected cost."),
    ] = [],  # noqa: B006
    notes: Notes = None,
    png: Png = None,
) -> None:
    """Write a report that compares studies.

    Best accuracy by trial and by time, the distribution of the accuracies, statistical tests, and
    the projected cost on benchmarked machines.
    """
    from benchmarks.recordings.files import read
    from fer.errors import BadInput
    from reports.data.study_data import read_study_data
    from reports.pages.compare import compare_page
    from reports.rendering.notes import read_notes
    from reports.rendering.write import write_page
    from search.config.study_file import stored_name

    if len(studies) < 2:
        raise BadInput(f"STUDY {' '.join(studies)}: expected two or more studies to compare")
    if len(storage) not in (0, 1, len(studies)):
        raise BadInput(
            f"--storage: expected one URL, or one for each of the {len(studies)} studies, not "
            f"{len(storage)}"
        )
    own = read_notes(notes)
    urls: list[str | None] = [*storage] or [None]
    urls = urls if len(urls) > 1 else urls * len(studies)
    read_studies = [
        read_study_data(stored_name(name), url) for name, url in zip(studies, urls, strict=True)
    ]
    page = compare_page(read_studies, [read(path) for path in bench])
    write_page(replace(page, notes=own), out, png)


@app.command(
    short_help="Write the report of a replay of searches.",
    epilog=examples("fer report replay --out replay.html"),
)
def replay(
    out: Out,
    results: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Results of fer search replay --out.  [default: those that ship]",
            show_default=False,
        ),
    ] = None,
    notes: Notes = None,
    png: Png = None,
) -> None:
    """Write the report of a replay of samplers, pruners and rounds.

    Regret and optimism of each strategy at each budget, and what early accuracies say about the end
    of a training.
    """
    from reports.pages.replay import replay_page
    from reports.rendering.notes import read_notes
    from reports.rendering.write import write_page
    from search.replay.results import read_results
    from search.replay.table import shipped_table

    own = read_notes(notes)
    read = read_results(results or shipped_table().with_name("results.json"))
    write_page(replace(replay_page(read), notes=own), out, png)
