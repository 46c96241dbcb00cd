"""What the studies searched, on which faces and machines, and how much of it."""

from collections.abc import Mapping
from statistics import mean

from fer.formatting import count, duration
from reports.data.comparison import Comparison
from reports.data.conditions import baseline_epochs, conditions, machine_of
from reports.data.study_data import StudyData
from reports.figures.recipe_tables import differing
from reports.rendering.figure import DisplayTable, Figure, Table
from reports.rendering.formatting import listing, value
from search.config.limits import Budget
from search.config.space import Entry, VariantsEntry
from search.results.trial_counts import states_in_words, trials_in_words

TITLE = "Studies and machines"
CAPTION = (
    "Values in bold are not the same for all studies. Precision, processor and versions are those "
    "of each best trial; the load is the mean of the machine's 1-minute load average over all "
    "trials."
)


def build(comparison: Comparison) -> Figure:
    """A column for each study, and a row for each property; the search spaces follow."""
    names = list(comparison.studies)
    facts = {
        name: _facts(study, comparison.unfinished.get(name, ""))
        for name, study in comparison.studies.items()
    }
    spaces = {
        name: {
            key: searched(entry) for key, entry in study.snapshot.definition.space.entries.items()
        }
        for name, study in comparison.studies.items()
    }
    different = list(dict.fromkeys(name for pair in comparison.pairs for name in pair.different))
    if len(names) < 2:
        sentence = "There is only one study."
    elif different:
        sentence = f"The studies differ in {listing(different)}."
    else:
        sentence = "The studies have the same faces, search space, network, epochs and trials."
    return Figure(
        "setup",
        TITLE,
        sentence,
        CAPTION,
        tables=(_table(names, facts), _table(names, spaces, "Search spaces")),
        data=Table(
            ("property", *names),
            (*_rows(names, facts), *_rows(names, spaces, "space: ")),
        ),
    )


def searched(entry: Entry) -> str:
    """The values of an entry of a space: ``0.0005 to 0.01 (log)``, or its choices."""
    entry_values = entry.model_dump(mode="json")
    if isinstance(entry, VariantsEntry):
        shown = ", ".join(entry.variants)
    elif "choices" in entry_values:
        shown = ", ".join(map(value, entry_values["choices"]))
    else:
        shown = f"{value(entry_values['low'])} to {value(entry_values['high'])}"
        shown += " (log)" if entry_values.get("log") else ""
        if entry_values.get("step") not in (None, 1):
            shown += f", in steps of {value(entry_values['step'])}"
    conditions = [f"{key} is {listing([value(v) for v in allowed], 'or')}"
                  for key, allowed in entry.when.items()]  # fmt: skip
    return f"{shown}, if {listing(conditions)}" if conditions else shown


def _facts(study: StudyData, unfinished: str) -> dict[str, str]:
    snapshot, definition = study.snapshot, study.snapshot.definition
    machine = machine_of(study)
    runs = (study.best_run.metrics, study.baseline_run.metrics)
    versions = {
        **study.summary.get("versions", {}),
        **next((run["versions"] for run in runs if "versions" in run), {}),
    }
    attempts = [attempt for trial in snapshot.trials for attempt in trial.attempts]
    cores = {attempt.cores for attempt in attempts} or {
        study.summary.get("machine", {}).get("cores")
    }
    loads = [attempt.load for attempt in attempts if attempt.load is not None]
    hosts = {trial.host for trial in snapshot.trials if trial.host}
    recipe = definition.recipe
    shared = {name: each.shown for name, each in conditions(study).items()}
    ending = snapshot.ending.reason if snapshot.ending else ""
    return {
        "state": "unfinished" if unfinished else "finished",
        "ended as": ending or "–",
        "trials": trials_in_words(snapshot),
        "states": states_in_words(snapshot),
        "budget": _budget(snapshot.limits.budget),
        "epochs per trial": shared["epochs per trial"],
        "epochs trained": f"{snapshot.epochs_run:,}",
        "running time": duration(snapshot.seconds),
        "network": shared["network"],
        "baseline": baseline_epochs(snapshot),
        "sampler": definition.sampler.kind,
        "pruner": definition.pruner.kind,
        "seed": str(definition.seed),
        "faces": shared["faces"],
        "classes": shared["classes"],
        "validation split": f"{recipe.validation:g} of the faces, seed {recipe.split_seed}",
        "held-out faces": shared["held-out faces"],
        "device": str(machine.get("device", "–")),
        "precision": str(machine.get("precision", "–")),
        "processor": str(machine.get("processor", "–")),
        "machines": f"{max(1, len(hosts)):,}",
        "cores": listing([str(number) for number in sorted(c for c in cores if c)]) or "–",
        "threads": str(machine.get("threads", "–")),
        "workers at once": f"{max((s.workers for s in snapshot.sessions), default=0):,}",
        "load": f"{mean(loads):.1f}" if loads else "–",
        **{f"{name} version": str(version) for name, version in versions.items()},
    }


def _budget(budget: Budget) -> str:
    parts = [count(budget.trials, "trial")] if budget.trials else []
    parts += [f"{budget.hours:g}\u00a0hours"] if budget.hours else []
    parts += [count(budget.epochs, "epoch")] if budget.epochs else []
    return listing(parts, "or") or "none"


def _rows(
    names: list[str], columns: Mapping[str, Mapping[str, str]], prefix: str = ""
) -> tuple[tuple[str, ...], ...]:
    keys = dict.fromkeys(key for name in names for key in columns[name])
    return tuple(
        (f"{prefix}{key}", *(columns[name].get(key, "–") for name in names)) for key in keys
    )


def _table(
    names: list[str], columns: Mapping[str, Mapping[str, str]], caption: str = ""
) -> DisplayTable:
    rows = _rows(names, columns)
    different = differing([row[0] for row in rows], list(columns.values()))
    strong = frozenset(
        (i, j + 1) for i, row in enumerate(rows) if row[0] in different for j in range(len(names))
    )
    return DisplayTable(Table(("", *names), rows), strong, caption)
