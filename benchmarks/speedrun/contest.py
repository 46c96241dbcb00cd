"""A contest: a reference recipe and its contenders, trained seed by seed in turn."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recordings.recording import Measured
from benchmarks.speedrun.timed_run import Assignment, TimedRun, read_run
from fer.errors import FerError
from fer.process import training_environment
from fer.recipe import Recipe

GROUP = "speedrun"


@dataclass(frozen=True)
class Contest:
    """Attributes:
    recipes: by name, the reference first.
    faces_hash: of the source's training faces.
    folder: of the run folders, ``NAME-HASH/seed-K``.
    seeds: runs of each recipe; run k has seed k, and holds out the faces of split seed k.
    machine: its id; runs of another one are timed again.
    """

    recipes: Mapping[str, Recipe]
    source: str
    faces_hash: str
    folder: Path
    seeds: int
    device: str
    threads: int
    machine: str

    def assignments(self) -> Iterator[tuple[str, Assignment]]:
        """Every run with the name of its recipe.

        All recipes with one seed, then all with the next, so that a machine that slows down slows
        them alike.
        """
        for seed in range(1, self.seeds + 1):
            for name, recipe in self.recipes.items():
                own = recipe.with_values({"seed": seed, "split_seed": seed})
                yield (
                    name,
                    Assignment(
                        recipe=own,
                        source=self.source,
                        run=self.folder / f"{name}-{recipe.hash}" / f"seed-{seed}",
                        device=self.device,
                        threads=self.threads,
                        machine=self.machine,
                    ),
                )


OnRun = Callable[[str, Assignment, TimedRun, bool], None]


def run(
    contest: Contest, on_epoch: Callable[[str, Assignment, int], None], on_run: OnRun
) -> dict[str, list[TimedRun]]:
    """Time every run that is not on disk yet; the runs by recipe, in the order of their seeds.

    A run that was interrupted is timed again from its start.

    Args:
        on_epoch: called with the recipe's name and the epoch that is finished.
        on_run: called with each run, and whether it was on disk already.

    Raises:
        FerError: a run failed.
    """
    runs: dict[str, list[TimedRun]] = {name: [] for name in contest.recipes}
    for name, assignment in contest.assignments():
        record = read_run(assignment.run)
        kept = record is not None and record.is_of(assignment, contest.faces_hash)
        if record is None or not kept:
            if assignment.run.exists():
                shutil.rmtree(assignment.run)
            record = _train(name, assignment, on_epoch)
        on_run(name, assignment, record, kept)
        runs[name].append(record)
    return runs


def measured(contest: Contest, runs: Mapping[str, list[TimedRun]], goal: float) -> list[Measured]:
    """The runs of each recipe as a case of a recording; a sample is the time of one run.

    Args:
        goal: the accuracy to reach, in [0, 1].
    """
    reference = next(iter(contest.recipes))
    return [
        Measured(
            group=GROUP,
            name=f"{GROUP}[recipe={name}]",
            params={"recipe": name},
            items=1,
            unit="run",
            seconds=tuple(each.seconds for each in own),
            extra={
                "precision": own[0].precision,
                "threads": own[0].threads,
                "device": own[0].device,
                "reference": reference,
                "goal": goal,
                "curves": [each.curve for each in own],
                "recipe": contest.recipes[name].hashed,
            },
        )
        for name, own in runs.items()
    ]


def _train(
    name: str, assignment: Assignment, on_epoch: Callable[[str, Assignment, int], None]
) -> TimedRun:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.speedrun.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=training_environment(assignment.threads),
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(assignment.model_dump_json())
            process.stdin.close()
            for line in process.stdout:
                on_epoch(name, assignment, int(line))
        except BaseException:
            process.kill()
            raise
    record = read_run(assignment.run)
    if process.returncode or record is None:
        raise FerError(
            f"{assignment.run}: the run failed (status {process.returncode}): see above; the same "
            "command goes on with it"
        )
    return record
