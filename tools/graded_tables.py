"""The tables of docs/results.md about the first search, whose submission was graded."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from fer.intervals import newcombe, wilson
from search.results import published
from tools.grade import read_grade


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
        folder: of one run of its ``make.sh``.
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
        f"{_shrinkage(folder)}: the best trial was selected by its validation accuracy, its "
        "recipe's fresh seeds were not. The baseline was not selected either, so its seeds "
        "include trial 0.",
        _final(folder),
    ]
    return "\n".join(rows) + "\n\n" + " ".join(sentences) + "\n"


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


def _submissions(count: int) -> str:
    return "one submission" if count == 1 else f"{count} submissions"


def _seeds(count: int) -> str:
    return "one seed" if count == 1 else f"{count} seeds"


def _tta(tta: str) -> str:
    return "no TTA" if tta == "none" else f"{tta} TTA"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
