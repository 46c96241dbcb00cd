"""What a study costs besides its training: ``python -m benchmarks.study_cost SOURCE``.

Runs a study of one worker and one trial, an epoch of the published recipe, as ``fer search run``
does, and measures the peak memory of all its processes and the seconds from a worker's start
to the end of its first training step. Prepare the source before, so that reading it is not counted.
"""

import json
import os
import platform
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

REPEATS = 3
FIRST_STEP = "first-step-seconds"

STUDY = """
name = "cost"
recipe = "published"
baseline = "published"
baseline_epochs = 1
[fixed]
epochs = 1
[space]
dropout = { kind = "float", low = 0.0, high = 0.5 }
[budget]
trials = 1
"""


def worker(post: str) -> int:
    """A study's worker that notes when its first step is done."""
    from search import worker as search_worker
    from search.trainer import FerTrainer, OnEpoch, OnStep

    noted = Path(json.loads(post)["folder"]) / FIRST_STEP

    class NotingTrainer(FerTrainer):
        def train(  # type: ignore[no-untyped-def]
            self, recipe, faces, run, on_epoch: OnEpoch, on_step: OnStep
        ):
            def note(step: int, steps: int) -> None:
                if not noted.exists():
                    noted.write_text(str(time.time() - psutil.Process().create_time()))
                on_step(step, steps)

            return super().train(recipe, faces, run, on_epoch, note)

    return search_worker.main([post], NotingTrainer)


def cost(source: str) -> tuple[float, float]:
    """Seconds to the first step, and peak gigabytes of the whole study."""
    from search.run import Request, run_study

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cost.toml").write_text(STUDY)
        request = Request(
            study=str(folder / "cost.toml"),
            source=source,
            storage=f"sqlite:///{folder}/studies.db",
            workers=1,
            trials=None,
            hours=None,
            out=folder,
        )
        with _PeakMemory() as peak:
            run_study(request, (sys.executable, "-m", "benchmarks.study_cost", "--worker"))
        return float((folder / "cost" / FIRST_STEP).read_text()), peak.bytes / 1e9


class _PeakMemory:
    """Watches the resident memory of this process and all below it, twenty times a second.

    Pages that two processes share are counted twice, so the truth is a little lower.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._done.wait(0.05):
            total = 0
            for process in (this, *this.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # it ended between the listing and the look
            self.bytes = max(self.bytes, total)


def main(
    source: Annotated[str, typer.Argument(help="A prepared source of faces.")],
    out: Annotated[Path | None, typer.Option(help="Write the raw samples here, as JSON.")] = None,
) -> None:
    """Measure a study's peak memory and its workers' start. Takes a few minutes."""
    import torch

    from fer.process import available_cores, processor

    samples = [cost(source) for _ in range(REPEATS)]
    figures: dict[str, Any] = {
        "machine": {"processor": processor(torch.device("cpu")), "cores": available_cores()},
        "versions": {"python": platform.python_version(), "torch": str(torch.__version__)},
        "load_after": os.getloadavg()[0],
        "first_step_seconds": [round(seconds, 3) for seconds, _ in samples],
        "peak_gigabytes": [round(gigabytes, 3) for _, gigabytes in samples],
    }
    for name in ("first_step_seconds", "peak_gigabytes"):
        print(f"{name}: {', '.join(map(str, figures[name]))}")
    if out:
        from fer.files import write_text

        write_text(out, json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        sys.exit(worker(sys.argv[2]))
    typer.run(main)
