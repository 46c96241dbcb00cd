"""The README's figures, written from the committed results: ``python -m tools.readme``."""

import csv
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from fer.evaluation.metrics import wilson
from fer.files import write_text
from tools.speed_tables import speed

ROOT = Path(__file__).parents[1]
RESULTS = "studies/results/beat_baseline"
PUBLISHED_VALIDATION = 0.8111


def main() -> None:
    """Rewrite the parts of the README between ``<!-- name: … -->`` and ``<!-- /name -->``."""
    path = ROOT / "README.md"
    write_text(path, filled(path.read_text(encoding="utf-8")))


def filled(readme: str) -> str:
    """The README with its figures as the committed results have them."""
    readme = replace_part(readme, "results", results(ROOT / RESULTS))
    return replace_part(readme, "speed", speed(ROOT / "benchmarks/results"))


def replace_part(text: str, name: str, part: str) -> str:
    """Put ``part`` between a name's two markers."""
    pattern = rf"(<!-- {name}:[^>]*-->\n).*?(<!-- /{name} -->)"
    replaced, count = re.subn(
        pattern, lambda found: f"{found[1]}{part}{found[2]}", text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"README.md: expected one part named {name}, found {count}")
    return replaced


def results(folder: Path) -> str:
    """What the study found, as a table and a sentence on where and how."""
    if not (folder / "summary.json").exists():
        return "No study of real faces has been committed yet.\n"
    summary = _json(folder / "summary.json")
    held_out = _json(folder / "best" / "metrics.json")["faces"]["validation"]
    rows = [
        "| | one trial | 95 % interval | over seeds, mean ± SD |",
        "|---|---|---|---|",
        f"| as published | {PUBLISHED_VALIDATION:.4f} | | |",
    ]
    for name, key in (("its recipe, trained here", "baseline"), ("**best found**", "best")):
        trial = summary[key]
        accuracy = trial["validation_accuracy"]
        low, high = wilson(round(accuracy * held_out), held_out)
        rows.append(
            f"| {name} (trial {trial['trial']}) | {accuracy:.4f} "
            f"| {low:.4f} to {high:.4f} | {_spread(seeds(folder, key))} |"
        )
    trials, machine = summary["trials"], _json(folder / "best" / "metrics.json")["machine"]
    sentences = [
        f"Validation accuracy on the same {held_out:,} faces.",
        f"One study: {trials['complete']} trials complete, {trials['pruned']} pruned, "
        f"{trials['failed']} failed; {summary['epochs']['run']} of "
        f"{summary['epochs']['full_budget']} epochs run; {summary['seconds'] / 3600:.1f} hours on "
        f"{summary['machine']['cores']} cores ({machine['processor']}, {machine['precision']}), "
        f"torch {summary['versions']['torch']}, Optuna {summary['versions']['optuna']}.",
        _unfinished(folder),
        "The best trial was chosen by this very accuracy, which flatters it; its recipe's fresh "
        "seeds were not, nor were the baseline's, which are trial 0's and more.",
        _below_published(seeds(folder, "best")),
        _final(folder),
        f"All of it stands in `{RESULTS}/`, with the script that runs it; two workers do not give "
        "the same trials twice.",
    ]
    return "\n".join(rows) + "\n\n" + " ".join(filter(None, sentences)) + "\n"


def seeds(folder: Path, key: str) -> list[float]:
    """Validation accuracies of the baseline's or the best recipe's runs that nothing chose.

    Those of the best recipe's fresh seeds; of the baseline's, and trial 0's own.
    """
    runs = sorted(folder.glob(f"{key}-seed-*/metrics.json"))
    if key == "baseline":
        runs.append(folder / key / "metrics.json")
    return [_json(run)["validation_accuracy"] for run in runs]


def _spread(accuracies: list[float]) -> str:
    if len(accuracies) < 2:
        return ""
    return f"{np.mean(accuracies):.4f} ± {np.std(accuracies, ddof=1):.4f} (n = {len(accuracies)})"


def _below_published(accuracies: list[float]) -> str:
    """What is to be said where the best recipe's own level does not reach the published one."""
    if not accuracies or np.mean(accuracies) >= PUBLISHED_VALIDATION:
        return ""
    return (
        f"**On fresh seeds the best recipe stays below the published {PUBLISHED_VALIDATION:.4f}**, "
        "whose split is not known; this one keeps copies of a face on one side."
    )


def _unfinished(folder: Path) -> str:
    """What is to be said of a study whose budget is not spent."""
    definition = tomllib.loads((ROOT / "studies" / f"{folder.name}.toml").read_text("utf-8"))
    budget = definition["budget"]["trials"]
    with (folder / "trials.csv").open(encoding="utf-8", newline="") as file:
        ended = sum(trial["state"] != "running" for trial in csv.DictReader(file))
    if ended >= budget:
        return ""
    return (
        f"**It is not finished**: {ended} of {budget} trials have ended, so this does not yet show "
        "that the published result is beaten."
    )


def _final(folder: Path) -> str:
    """What the committed model and predictions are of."""
    finals = [_json(path) for path in sorted(folder.glob("all-seed-*/metrics.json"))]
    if not finals:
        return "`model.safetensors` and `submission.csv` (with flip TTA) are the best trial's."
    fits = np.array([final["train_accuracy"] for final in finals])
    total = sum(finals[0]["faces"]["counts"].values())
    return (
        f"Its recipe was then trained on all {total:,} faces with {len(finals)} seeds (accuracy on "
        f"the augmented training faces {fits.mean():.4f} ± {fits.std(ddof=1):.4f}, mean ± SD); "
        "`model.safetensors` and `submission.csv` (with flip TTA) are the first seed's."
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
