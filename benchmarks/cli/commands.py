"""``fer bench``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.cli.compare import compare

if TYPE_CHECKING:
    from benchmarks.cases.case import Case

app = typer.Typer(
    name="bench",
    help="Time training, inference and studies on this machine, and compare machines.",
    no_args_is_help=True,
)
app.command(
    epilog="Examples:  fer bench compare before.json after.json   |   "
    "fer bench compare main/ branch/ --fail-on 10%"
)(compare)

Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="only cases whose name holds this, such as training[device=cpu; repeatable: any of",
        show_default=False,
    ),
]
Quick = Annotated[
    bool, typer.Option("--quick", help="a glance: at most 3 minutes on two cores, not 30")
]


@app.command(
    epilog="Examples:  fer bench run --quick   |   "
    "fer bench run --only inference --name laptop --out laptop.json"
)
def run(
    quick: Quick = False,
    only: Only = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="the JSON to write; benchmark-MACHINE-TIME.json if left out", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="what to call this machine", show_default=False)
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="of timed calls for each case; 5 (2 with --quick) if left out",
            show_default=False,
        ),
    ] = None,
    peaks: Annotated[
        bool, typer.Option(help="measure the machine's own peaks too, for the roofline")
    ] = True,
) -> None:
    """Time this machine, and write every raw sample as pytest-benchmark's JSON.

    Cases that the machine cannot run, or that run out of memory, are listed in it with the reason.
    Leave the machine alone meanwhile. Nothing is written if it is interrupted.
    """
    from benchmarks.cli.progress import summary
    from benchmarks.recordings.recording import write
    from benchmarks.timing.record_session import record_session
    from benchmarks.timing.runner import failures
    from benchmarks.timing.samples import FULL, GLANCE
    from fer.errors import BadInput, FerError

    cases = chosen(quick, only)
    if out is not None and not out.parent.is_dir():
        raise BadInput(f"--out {out}: {out.parent} is no folder")
    recording = record_session(
        cases, (GLANCE if quick else FULL).with_seconds(seconds), name=name, with_peaks=peaks
    )
    moment = recording.taken[:19].replace(":", "").replace("-", "")
    path = out or Path(f"benchmark-{recording.machine['id']}-{moment}.json")
    write(path, recording)
    typer.echo(summary(recording))
    typer.echo(f"{len(recording.measured)} cases timed, {len(recording.absent)} absent: {path}")
    if failed := failures(recording.absent):
        raise FerError(
            f"{len(failed)} of {len(cases)} cases failed; {failed[0].name}: {failed[0].reason}"
        )


@app.command("list", epilog="Example:  fer bench list --quick --only study")
def list_cases(quick: Quick = False, only: Only = None) -> None:
    """List the cases by name. Whether this machine can run them shows when it tries."""
    for case in chosen(quick, only):
        typer.echo(case.name)


def chosen(quick: bool, only: list[str] | None) -> "list[Case]":
    """The cases of a set whose names hold one of the texts.

    Raises:
        BadInput: none does.
    """
    from benchmarks import cases
    from fer.errors import BadInput

    found = cases.quick() if quick else cases.full()
    if not only:
        return found
    left = [case for case in found if any(text in case.name for text in only)]
    if not left:
        groups = ", ".join(dict.fromkeys(case.group for case in found))
        raise BadInput(
            f"--only {' '.join(only)}: no case has this in its name; groups are {groups}, and "
            "`fer bench list` lists the names"
        )
    return left
