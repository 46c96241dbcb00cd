"""Accuracy tables of the README and docs/results.md, from a study's committed results."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from fer.intervals import newcombe, wilson
from search.results import published
from tools.grade import read_grade

STUDIES = Path(__file__).parents[1] / "studies"


def summary_sentence(folder: Path) -> str:
    """What the repository is and reached, for the top of the README."""
    grade = read_grade(folder)
    return (
        "Hyperparameter search for a small CNN that classifies facial expressions (angry, happy, "
        f"neutral): its model reaches **{grade.accuracy:.4f} on FER2013's test images, graded from "
        f"outside, against the published {published.TEST}**.\n"
    )


def headline(folder: Path) -> str:
    """Test accuracy against the published one, with time and machine, for the README."""
    grade, summary = read_grade(folder), _json(folder / "summary.json")
    run = _json(folder / grade.training_run / "metrics.json")
    machine = run["machine"]
    time = (
        f"{summary['seconds'] / 3600:.1f} h search ({_cores(summary['machine']['cores'])}), "
        f"{run['training_seconds'] / 60:.1f} min training ({_cores(machine['threads'])})"
    )
    return "\n".join(
        [
            "| | accuracy on the test images | n | time | machine |",
            "|---|---|---|---|---|",
            f"| published | {published.TEST} | {grade.n:,} | – | – |",
            f"| **this repository** | **{grade.accuracy:.4f}** ({_ends(grade.ci95)}) "
            f"| {grade.n:,} | {time} | {machine['processor']}, {machine['precision']} |",
            "",
            f"**Test** (graded from outside): {_submissions(grade.submissions)}, sha256 "
            f"`{grade.sha256[:16]}`, {_seeds(grade.seeds)}, {_tta(grade.tta)}; in brackets the "
            "95 % interval.",
            "",
            f"**Validation** (other faces): {_shrinkage(folder)}: see [results](docs/results.md).",
            "",
        ]
    )


def test_result(folder: Path) -> str:
    """The graded submission: what it was made with, per-class recall, gain over the published."""
    grade = read_grade(folder)
    low, high = newcombe(grade.accuracy, grade.n, published.TEST, grade.n)
    rows = [
        ("published", f"{published.TEST}", _ends(_wilson(published.TEST, grade.n))),
        ("**this repository**", f"**{grade.accuracy:.4f}**", _ends(grade.ci95)),
        *((f"on {usage}", f"{share:.4f}", "") for usage, share in grade.accuracy_by_usage.items()),
        *((f"recall of {name}", f"{share:.3f}", "") for name, share in grade.recall.items()),
    ]
    return "\n".join(
        [
            f"| n = {grade.n:,} test images | accuracy | 95 % interval |",
            "|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
            f"Graded by {grade.graded_by}: {_submissions(grade.submissions)}, "
            f"`{grade.submission}` (sha256 `{grade.sha256}`), predicted by one model "
            f"(`{grade.training_run}`: `{grade.recipe}` trained on all "
            f"{grade.training_faces:,} faces, {_seeds(grade.seeds)}) with {_tta(grade.tta)}. The "
            f"gain over the published accuracy is "
            f"{100 * (grade.accuracy - published.TEST):.1f} points (95 % interval "
            f"{100 * low:.1f} to {100 * high:.1f}; Newcombe's for two independent "
            "proportions, as the published predictions are not available image by image). The "
            "interval covers the choice of test images, not the training seed.",
            "",
        ]
    )


def validation_result(folder: Path) -> str:
    """Validation accuracies of the study's baseline and best trial, and over fresh seeds.

    Args:
        folder: of one run of ``make.sh``.
    """
    summary = _json(folder / "summary.json")
    best_run = trial_metrics(folder, "best")
    held_out = best_run["faces"]["validation"]
    rows = [
        "| | one trial | 95 % interval | over seeds, mean ± SD |",
        "|---|---|---|---|",
        f"| published (another split) | {published.VALIDATION:.4f} | | |",
    ]
    for name, key in (("its recipe, trained here", "baseline"), ("**best found**", "best")):
        trial = summary[key]
        accuracy = trial["validation_accuracy"]
        rows.append(
            f"| {name} (trial {trial['trial']}) | {accuracy:.4f} "
            f"| {_ends(_wilson(accuracy, held_out))} | {mean_and_sd(seeds(folder, key))} |"
        )
    trials, machine = summary["trials"], best_run["machine"]
    sentences = [
        f"All rows but the first are of the same {held_out:,} held-out faces.",
        f"One study: {trials['complete']} trials complete, {trials['pruned']} pruned, "
        f"{trials['failed']} failed; {summary['epochs']['run']} of "
        f"{summary['epochs']['full_budget']} epochs run; {summary['seconds'] / 3600:.1f} hours on "
        f"{summary['machine']['cores']} cores ({machine['processor']}, {machine['precision']}), "
        f"torch {summary['versions']['torch']}, Optuna {summary['versions']['optuna']}.",
        _unfinished(folder),
        f"{_shrinkage(folder)}: the best trial was selected by its validation accuracy, its "
        "recipe's fresh seeds were not. The baseline was not selected either, so its seeds "
        "include trial 0.",
        _final(folder),
    ]
    return "\n".join(rows) + "\n\n" + " ".join(filter(None, sentences)) + "\n"


def seeds(folder: Path, key: str) -> list[float]:
    """Validation accuracies of the baseline's or the best recipe's runs that nothing selected.

    Those of the best recipe's fresh seeds; of the baseline's, and trial 0's own.
    """
    runs = sorted(folder.glob(f"{key}-seed-*/metrics.json"))
    fresh = [_json(run)["validation_accuracy"] for run in runs]
    if key == "baseline":
        return [*fresh, trial_metrics(folder, key)["validation_accuracy"]]
    return fresh


def trial_metrics(folder: Path, key: str) -> Any:
    """``metrics.json`` of a study's best trial or of its baseline."""
    trial = _json(folder / "summary.json")[key]["trial"]
    return _json(folder / "runs" / str(trial) / "metrics.json")


def mean_and_sd(accuracies: list[float]) -> str:
    """``0.8073 ± 0.0011 (n = 3)``; empty for fewer than two."""
    if len(accuracies) < 2:
        return ""
    return f"{np.mean(accuracies):.4f} ± {np.std(accuracies, ddof=1):.4f} (n = {len(accuracies)})"


def _shrinkage(folder: Path) -> str:
    """How the best trial's validation accuracy changes with fresh seeds, as a sentence's start."""
    trial = _json(folder / "summary.json")["best"]["validation_accuracy"]
    fresh = seeds(folder, "best")
    side = "below" if np.mean(fresh) < published.VALIDATION else "not below"
    return (
        f"The best trial's {trial:.4f} becomes {mean_and_sd(fresh)} with fresh "
        f"seeds, {side} the published {published.VALIDATION:.4f} of another split"
    )


def _unfinished(folder: Path) -> str:
    """A warning where the study's budget is not spent."""
    study = _json(folder / "summary.json")["study"]
    definition = tomllib.loads((STUDIES / f"{study}.toml").read_text("utf-8"))
    budget = definition["budget"]["trials"]
    with (folder / "trials.csv").open(encoding="utf-8", newline="") as file:
        ended = sum(trial["state"] != "running" for trial in csv.DictReader(file))
    return "" if ended >= budget else f"**Not finished**: {ended} of {budget} trials have ended."


def _final(folder: Path) -> str:
    """The runs of the best recipe on all training faces."""
    finals = [_json(path) for path in sorted(folder.glob("all-seed-*/metrics.json"))]
    fits = np.array([final["train_accuracy"] for final in finals])
    return (
        f"The best recipe was then trained on all {finals[0]['faces']['training']:,} faces with "
        f"{len(finals)} seeds; accuracy on the augmented training faces "
        f"{fits.mean():.4f} ± {fits.std(ddof=1):.4f} (mean ± SD). `model.safetensors` and "
        "`submission.csv` are the first seed's."
    )


def _wilson(accuracy: float, n: int) -> tuple[float, float]:
    return wilson(round(accuracy * n), n)


def _ends(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.4f} to {interval[1]:.4f}"


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _submissions(count: int) -> str:
    return "one submission" if count == 1 else f"{count} submissions"


def _seeds(count: int) -> str:
    return "one seed" if count == 1 else f"{count} seeds"


def _tta(tta: str) -> str:
    return "no TTA" if tta == "none" else f"{tta} TTA"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
