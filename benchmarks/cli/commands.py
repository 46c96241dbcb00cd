"""``fer bench``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.cli.compare import compare
from benchmarks.cli.speedrun import speedrun
from fer.commands.help import examples
from fer.wording import counted

if TYPE_CHECKING:
    from benchmarks.cases.case import Case

app = typer.Typer(
    name="bench",
    help="Time training, inference and studies; compare machines.",
    no_args_is_help=True,
    epilog=examples("fer bench run --quick", "fer bench list --quick"),
)
app.command(
    epilog=examples(
        "fer bench compare before.json after.json",
        "fer bench compare main/ branch/ --fail-on 10%",
    )
)(compare)
app.command(
    epilog=examples(
        "fer bench speedrun fast.toml --data fer2013.csv",
        "fer bench speedrun fast.toml --against best --data fer2013.csv",
    )
)(speedrun)

Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="Only cases whose name contains TEXT, such as training[device=cpu; may be repeated.",
        show_default=False,
    ),
]
Quick = Annotated[
    bool, typer.Option("--quick", help="A few cases: 3 minutes on two cores instead of 30.")
]


@app.command(
    epilog=examples(
        "fer bench run --quick",
        "fer bench run --only inference --name laptop --out laptop.json",
    )
)
def run(
    quick: Quick = False,
    only: Only = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The JSON to write; by default benchmark-MACHINE-TIME.json.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Name of this machine in tables.", show_default=False),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER",
            min=0,
            help="Timed seconds of each case; by default 5 (2 with --quick).",
            show_default=False,
        ),
    ] = None,
    peaks: Annotated[
        bool, typer.Option(help="Measure the machine's own peaks, for the roofline.")
    ] = True,
) -> None:
    """Time this machine, and write all samples as JSON.

    The file is pytest-benchmark's JSON with every raw sample. Cases that the machine cannot run, or
    that run out of memory, are listed in it with the reason. Leave the machine idle meanwhile.
    Nothing is written on an interrupt.
    """
    from benchmarks.cli.progress import summary
    from benchmarks.recordings.files import write
    from benchmarks.timing.limits import FULL_LIMITS, QUICK_LIMITS
    from benchmarks.timing.record_session import record_session
    from benchmarks.timing.runner import failures
    from fer.errors import BadInput, FerError

    cases = chosen(quick, only)
    if out is not None and not out.parent.is_dir():
        raise BadInput(f"--out {out}: {out.parent} is not a folder")
    limits = (QUICK_LIMITS if quick else FULL_LIMITS).with_seconds(seconds)
    recording = record_session(cases, limits, name=name, with_peaks=peaks)
    moment = recording.taken[:19].replace(":", "").replace("-", "")
    path = out or Path(f"benchmark-{recording.machine['id']}-{moment}.json")
    write(path, recording)
    typer.echo(summary(recording))
    typer.echo(
        f"{counted(len(recording.measured), 'case')} timed, {len(recording.absent)} absent: {path}"
    )
    if failed := failures(recording.absent):
        raise FerError(
            f"{len(failed)} of {counted(len(cases), 'case')} failed; "
            f"{failed[0].name}: {failed[0].reason}"
        )


@app.command("list", epilog=examples("fer bench list --quick --only study"))
def list_cases(quick: Quick = False, only: Only = None) -> None:
    """List the cases by name.

    Whether this machine can run a case shows only when it is run.
    """
    for case in chosen(quick, only):
        typer.echo(case.name)


def chosen(quick: bool, only: list[str] | None) -> "list[Case]":
    """The cases of a set whose names contain one of the texts.

    Raises:
        BadInput: there is none.
    """
    from benchmarks.cases import families
    from fer.errors import BadInput

    all_cases = families.quick() if quick else families.full()
    if not only:
        return all_cases
    selected = [case for case in all_cases if any(text in case.name for text in only)]
    if not selected:
        groups = ", ".join(dict.fromkeys(case.group for case in all_cases))
        raise BadInput(
            f"--only {' '.join(only)}: no case has this in its name; groups are {groups}, and "
            "`fer bench list` lists the names"
        )
    return selected
