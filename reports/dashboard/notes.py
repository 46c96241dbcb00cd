"""What the dashboard says in words: the study's note, and a paragraph for each trial that ended."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from fer.intervals import newcombe, wilson
from fer.process import available_cores
from search.execution.budget import baseline_trial, best_trial, ending, epochs_run
from search.results import published
from search.results.activity import active_seconds
from search.storage.attributes import is_baseline
from search.storage.sessions import sessions
from search.storage.study import FerStudy

YOURS = "*Written by fer as the study goes. What you write below this line stays.*"
NO_BASELINE = "The baseline has not ended yet."


def study_note(study: FerStudy, before: str = "") -> str:
    """The study's note, in Markdown, with what a person wrote under the one ``before``."""
    trials = study.everything()
    starts = sessions(study)
    command = starts[-1].command if starts else ""
    stop = study.limits.stop
    goal = f"{_percent(stop.target)} on the held-out faces" if stop.target else "none set"
    if published.applies_to(study.user_attrs.get("data")):
        there, tests = _percent(published.VALIDATION), _percent(published.TEST)
        goal += f"; published: {there} there, {tests} on test faces"
    rows = {
        "Target": goal,
        "Baseline": _baseline(study, trials),
        "Budget": _budget(study, trials),
        "Trials": _counts(trials),
        "Faces": _faces(study),
        "Machine": _machine(trials, starts[-1].workers if starts else None),
    }
    table = "\n".join(f"| **{name}** | {value} |" for name, value in rows.items())
    fence = "`" * (3 + max(map(len, re.findall("`+", command)), default=0))
    # Without the line, the note is a person's own from before, or one whose line was deleted.
    theirs = before.partition(YOURS)[2] if YOURS in before else _kept(before)
    return (
        f"**{verdict(study, trials)}**\n\n"
        f"| | |\n|---|---|\n{table}\n\n"
        f"The command, which also goes on where the study stopped:\n\n"
        f"{fence}\n{command}\n{fence}\n\n---\n{YOURS}{theirs}"
    )


def _kept(before: str) -> str:
    return f"\n\n{before}" if before.strip() else ""


def verdict(study: FerStudy, trials: list[FrozenTrial]) -> str:
    """How the best trial stands against the baseline, as far as it is known, in a sentence."""
    best, base = best_trial(trials), baseline_trial(trials)
    end = ending(study)
    so_far = f" The study has ended: {escape(end.reason)}." if end else " So far: it goes on."
    if best is None:
        return f"No trial of the space has run to its end yet.{so_far}"
    n = held_out_count(study)
    low, high = wilson(round(best.values[0] * n), n)
    ours = (
        f"Trial {best.number} leads with {_percent(best.values[0])} "
        f"(95 % interval {_percent(low)} to {_percent(high)}, n = {n:,})"
    )
    if base is None:
        return f"{ours}; the baseline has not ended yet.{so_far}"
    gain = 100 * (best.values[0] - base.values[0])
    gain_low, gain_high = newcombe(best.values[0], n, base.values[0], n)
    if gain_low > 0:
        sure = "more than chance explains, though the best of many is flattered"
    elif gain_high < 0:
        sure = "more than chance explains"
    else:
        sure = "which chance alone could give"
    side = "above" if gain >= 0 else "below"
    return (
        f"{ours}, {abs(gain):.2f} points {side} the baseline's {_percent(base.values[0])}: "
        f"by the two accuracies alone, {sure}.{so_far}"
    )


def trial_note(study: FerStudy, trial: FrozenTrial, trials: list[FrozenTrial]) -> str:
    """A paragraph on a trial that ended: what it tried, how it went, why it was pruned."""
    said = [_tried(study, trial), _went(trial)]
    if not is_baseline(trial) and trial.intermediate_values:
        said.append(_against_baseline(trial, baseline_trial(trials)))
    if trial.state == TrialState.PRUNED:
        said.append(_why_pruned(study, trial, trials))
    if trial.state == TrialState.FAIL:
        said.append(f"It failed: {escape(str(trial.user_attrs.get('reason', 'unknown')))}.")
    return " ".join(said)


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&$])", r"\\\1", text)


def held_out_count(study: FerStudy) -> int:
    """How many faces the study holds out; at least 1, and a few off where copies stay together."""
    counts: dict[str, int] = study.user_attrs.get("data", {}).get("counts", {})
    return max(1, round(sum(counts.values()) * study.definition.recipe.validation))


def _tried(study: FerStudy, trial: FrozenTrial) -> str:
    if is_baseline(trial):
        cut = f", cut to {study.definition.baseline.epochs} epochs" if _is_cut(study) else ""
        return f"The baseline: the published recipe{cut}, never pruned."
    values = ", ".join(f"{escape(name)} {_value(value)}" for name, value in trial.params.items())
    return f"Trial {trial.number} tried {values or 'no parameters'}."


def _went(trial: FrozenTrial) -> str:
    curve = trial.intermediate_values
    if not curve:
        return "It reported no epoch."
    last = max(curve)
    best = max(curve, key=lambda step: curve[step])
    total = trial.user_attrs.get("recipe", {}).get("epochs", last)
    flat = curve[best] == curve[last]
    peak = "" if flat else f" (its best was {_percent(curve[best])}, at epoch {best})"
    took = trial.user_attrs.get("seconds")
    time = "" if took is None else f" in {_duration(float(took))}"
    return f"It reached {_percent(curve[last])} after {last} of {total} epochs{time}{peak}."


def _against_baseline(trial: FrozenTrial, base: FrozenTrial | None) -> str:
    if base is None:
        return NO_BASELINE
    ours, theirs = trial.intermediate_values, base.intermediate_values
    both = [step for step in ours if step in theirs]
    if not both:
        return "The baseline did not train that long."
    last = max(both)
    ahead = sum(ours[step] > theirs[step] for step in both)
    gain = 100 * (ours[last] - theirs[last])
    side = "above" if gain >= 0 else "below"
    return (
        f"At epoch {last} the baseline had {_percent(theirs[last])}: this trial was "
        f"{abs(gain):.2f} points {side} it, and ahead of it in {ahead} of {len(both)} epochs."
    )


def _why_pruned(study: FerStudy, trial: FrozenTrial, trials: list[FrozenTrial]) -> str:
    step = max(trial.intermediate_values, default=None)
    if step is None:
        return "It was pruned."
    here = trial.intermediate_values[step]
    rivals = sorted(
        other.intermediate_values[step]
        for other in trials
        if step in other.intermediate_values and not is_baseline(other)
    )
    place = sum(value > here for value in rivals) + 1
    middle = rivals[len(rivals) // 2]
    return (
        f"It was pruned at epoch {step}, where it was number {place} of the {len(rivals)} trials "
        f"that got there (their median: {_percent(middle)}): {study.definition.pruner.rule()}."
    )


def _baseline(study: FerStudy, trials: list[FrozenTrial]) -> str:
    base = baseline_trial(trials)
    cut = f", cut to {study.definition.baseline.epochs} epochs" if _is_cut(study) else ""
    if base is None:
        return f"the published recipe{cut}; not ended yet"
    n = held_out_count(study)
    low, high = wilson(round(base.values[0] * n), n)
    return (
        f"trial {base.number}, the published recipe{cut}: {_percent(base.values[0])} "
        f"({_percent(low)} to {_percent(high)})"
    )


def _budget(study: FerStudy, trials: list[FrozenTrial]) -> str:
    budget = study.limits.budget
    started = sum(trial.state != TrialState.WAITING for trial in trials)
    used = _duration(active_seconds(sessions(study)))
    parts = [
        f"{started} of {budget.trials} trials" if budget.trials else f"{started} trials",
        f"{epochs_run(trials)} of {budget.epochs} epochs"
        if budget.epochs
        else f"{epochs_run(trials)} epochs",
        f"{used} of {budget.hours:g} hours" if budget.hours else used,
    ]
    return ", ".join(parts)


def _counts(trials: list[FrozenTrial]) -> str:
    counts = Counter(trial.state.name.lower() for trial in trials)
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none yet"


def _faces(study: FerStudy) -> str:
    data: dict[str, Any] = study.user_attrs.get("data", {})
    counts = data.get("counts", {})
    classes = ", ".join(f"{count:,} {escape(name)}" for name, count in counts.items())
    held = held_out_count(study)
    return f"{escape(str(data.get('source', '?')))}: {classes}; about {held:,} of them held out"


def _machine(trials: list[FrozenTrial], workers: int | None) -> str:
    parts = [f"{available_cores()} cores"]
    for trial in reversed(trials):
        metrics = Path(trial.user_attrs.get("run", "")) / "metrics.json"
        if trial.state == TrialState.COMPLETE and metrics.is_file():
            told = json.loads(metrics.read_text(encoding="utf-8"))["machine"]
            parts += [escape(str(told["processor"])), str(told["precision"])]
            break
    if workers:
        parts.append(f"{workers} worker" + ("s" if workers > 1 else ""))
    return ", ".join(parts)


def _is_cut(study: FerStudy) -> bool:
    return study.definition.baseline_cut


def _value(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else escape(str(value))


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"
