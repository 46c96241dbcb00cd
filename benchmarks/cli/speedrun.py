"""``fer bench speedrun``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer.commands.options import Device, Source, Threads
from fer.errors import BadInput
from fer.wording import counted

if TYPE_CHECKING:
    from rich.progress import Progress

    from benchmarks.analysis.speedrun import Entry, SpeedRun
    from benchmarks.speedrun.contest import Contest
    from benchmarks.speedrun.timed_run import Assignment, TimedRun
    from fer.recipe import Recipe


def speedrun(
    contenders: Annotated[
        list[str],
        typer.Argument(
            metavar="RECIPE...",
            help="Recipes that should be faster: TOML files, or names that ship.",
            show_default=False,
        ),
    ],
    data: Source,
    against: Annotated[
        str, typer.Option(metavar="RECIPE", help="The reference, which they are to replace.")
    ] = "published",
    seeds: Annotated[
        int, typer.Option(metavar="N", min=2, max=100, help="Runs of each recipe.")
    ] = 5,
    goal: Annotated[
        float | None,
        typer.Option(
            metavar="ACCURACY",
            min=0,
            max=1,
            help="Validation accuracy to reach; by default the reference's own mean.",
            show_default=False,
        ),
    ] = None,
    runs: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the run folders.")] = Path(
        "runs/speedrun"
    ),
    out: Annotated[Path, typer.Option(metavar="FILE", help="The recording to write.")] = Path(
        "speedrun.json"
    ),
    name: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Name of this machine in tables.", show_default=False),
    ] = None,
    device: Device = "auto",
    threads: Threads = 0,
) -> None:
    """Time whole training runs to a stated accuracy.

    Each recipe is trained with N seeds; with seed k all hold out the same faces, and their runs
    follow one another, so that a machine that slows down slows them alike. The clock starts before
    the faces are read and stops after the last evaluation. A recipe reaches the goal if the mean
    accuracy of its last epochs is the goal, within one standard error: a schedule that lowers its
    learning rate to the end is as good as its end. Finished runs are kept in DIR, and the same
    command goes on after an interruption; the interrupted run begins again. Leave the machine idle
    meanwhile.
    """
    import datetime

    from benchmarks.analysis.speedrun import mean_accuracy, speed_run
    from benchmarks.recordings.files import write
    from benchmarks.recordings.recording import Recording
    from benchmarks.speedrun.contest import Contest, measured, run
    from benchmarks.system.machine import fingerprint, finished
    from benchmarks.timing.record_session import commit_info
    from fer.device import choose_device
    from fer.faces import load_faces, require_labels
    from fer.process import available_cores, training_environment

    if not out.parent.is_dir():
        raise BadInput(f"--out {out}: {out.parent} is not a folder")
    recipes = named_recipes([against, *contenders])
    reference = next(iter(recipes.values()))
    where = str(choose_device(device))
    faces = load_faces(data, "train", reference.classes)
    require_labels(faces, data, "train")
    cores = threads or available_cores()
    taken = datetime.datetime.now(datetime.UTC).isoformat()
    machine = fingerprint(name, training_environment(cores))
    contest = Contest(
        recipes, data, faces.hash, runs, seeds, where, cores, machine=str(machine["id"])
    )
    with Screen(contest) as screen:
        timed = run(contest, screen.epoch, screen.run)
    if goal is None:
        goal = mean_accuracy(each.curve for each in next(iter(timed.values())))
    cases = tuple(measured(contest, timed, goal))
    write(out, Recording(finished(machine), commit_info(), taken, cases))
    for line in lines(speed_run(cases)):
        typer.echo(line)
    typer.echo(f"recording: {out}")


def named_recipes(names: list[str]) -> "Mapping[str, Recipe]":
    """Recipes by their names, or the names of their files.

    Raises:
        BadInput: two have the same name, or other classes; or one holds no faces out.
    """
    from fer.recipe import load_recipe

    recipes: dict[str, Recipe] = {}
    for given in names:
        recipe, name = load_recipe(given), Path(given).stem
        if name in recipes:
            raise BadInput(f"{given}: a recipe named {name} is there already: expected another")
        if not recipe.validation:
            raise BadInput(f"{given}: validation = 0: expected a share of held-out faces above 0")
        recipes[name] = recipe
        first = next(iter(recipes.values()))
        if recipe.classes != first.classes:
            raise BadInput(
                f"{given}: classes = {list(recipe.classes)}: expected {list(first.classes)}, as in "
                f"{names[0]}"
            )
    return recipes


def lines(result: "SpeedRun") -> Iterator[str]:
    """The verdict: a few lines for each recipe."""
    whose = f"the mean of {result.reference.name}" if result.own_goal else "as given"
    yield f"goal: {result.goal:.4f} validation accuracy, {whose}"
    yield from _entry(result.reference)
    for entry in result.contenders:
        yield from _entry(entry)
        word = "reached" if entry.reached else "missed"
        above = "above" if entry.behind <= 0 else "below"
        yield (
            f"  goal {word}: {100 * abs(entry.behind):.2f} points {above} it, standard error "
            f"{100 * entry.error:.2f}"
        )
        yield (
            f"  {entry.speedup:.2f} times as fast as {result.reference.name} (95 % interval "
            f"{entry.low:.2f} to {entry.high:.2f})"
        )


def _entry(entry: "Entry") -> Iterator[str]:
    kept = ", fastest and slowest dropped" if entry.n >= 5 else ""
    yield f"{entry.name}: {counted(entry.epochs, 'epoch')}, n = {entry.n}"
    yield f"  {entry.seconds:.1f} ± {entry.seconds_sd:.1f} s a run (mean ± SD{kept})"
    yield f"  accuracy {entry.accuracy:.4f} ± {entry.accuracy_sd:.4f}"
    if entry.first_seconds is not None:
        yield f"  its mean accuracy is first at the goal after {entry.first_seconds:.1f} s"


class Screen:
    """A bar of all epochs on stderr, and a line for each finished run."""

    def __init__(self, contest: "Contest") -> None:
        from fer.progress import progress_bars

        self._bars: Progress = progress_bars()
        self._task = self._bars.add_task(
            "", total=contest.seeds * sum(recipe.epochs for recipe in contest.recipes.values())
        )

    def __enter__(self) -> "Screen":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def epoch(self, name: str, assignment: "Assignment", number: int) -> None:
        """An epoch is finished."""
        text = f"{name}, {assignment.run.name}, epoch {number}"
        self._bars.update(self._task, advance=1, description=text)

    def run(self, name: str, assignment: "Assignment", record: "TimedRun", kept: bool) -> None:
        """A run is finished, or was so before."""
        if kept:
            self._bars.advance(self._task, assignment.recipe.epochs)
        self._bars.console.print(
            f"{name}, {assignment.run.name}: {record.seconds:.1f} s, accuracy "
            f"{record.curve[-1][1]:.4f}{' (timed before)' if kept else ''}",
            markup=False,
            highlight=False,
        )
