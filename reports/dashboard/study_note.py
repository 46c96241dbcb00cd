"""The study's note in optuna-dashboard: the verdict, facts, what to try next, and the command."""

from fer.formatting import count, percent
from fer.markdown import escape
from fer.process import available_cores
from reports.dashboard import facts
from reports.dashboard.markdown import code_block, markdown_table
from reports.dashboard.small_tables import small_tables
from reports.dashboard.variants_note import variants_note
from reports.data.study_data import StudyData
from search.results import published
from search.results.audit_text import audit_paragraph
from search.results.commands import resume_command
from search.results.ending import ending_in_words
from search.results.means import measured
from search.results.race_words import race_sentences
from search.results.snapshot import Snapshot

OWN_LINE = "*Written by fer as the study goes. What you write below this line stays.*"
"""Storages hold it: a note that has it was written here, down to this line."""
MOST_IMPORTANT = 3


def study_note(data: StudyData, before: str = "") -> str:
    """The note in Markdown, followed by what a person wrote in the note ``before``."""
    study = data.snapshot
    rows = {
        "Target": _target(study),
        "Baseline": _baseline(data),
        "Budget": facts.budget(study),
        "Trials": facts.trials(study),
        "Importance": _importance(data),
        "Audit": escape(audit_paragraph(data.audit)),
        "Faces": escape(facts.faces(study.data, data.held_out)),
        "Machine": _machine(data),
    }
    table = "\n".join(f"| **{name}** | {value} |" for name, value in rows.items() if value)
    return (
        f"**{escape(data.answer.line)}**\n\n"
        f"**{escape(f'{data.verdict.sentence} {ending_in_words(study)}')}**\n\n"
        f"| | |\n|---|---|\n{table}\n\n"
        f"{_rounds_and_confirmation(data)}{variants_note(study)}{_findings(data)}"
        f"The command, which also resumes the study:\n\n"
        f"{code_block(resume_command(study))}\n\n---\n{OWN_LINE}{_persons_own(before)}"
    )


def _rounds_and_confirmation(data: StudyData) -> str:
    """The answer in full, where the rounds are, and the tables of both; empty without either."""
    study = data.snapshot
    sentences = data.answer.sentences if study.confirmation is not None else ()
    if study.definition.rounds is not None:
        sentences = (*sentences, *race_sentences(study))
    lines = "".join(f"- {escape(sentence)}\n" for sentence in sentences)
    return f"{lines}\n{''.join(map(markdown_table, small_tables(data)))}" if lines else ""


def _persons_own(before: str) -> str:
    if OWN_LINE in before:
        return before.partition(OWN_LINE)[2]
    # A note from before the study, or one whose line was deleted.
    return f"\n\n{before}" if before.strip() else ""


def _target(study: Snapshot) -> str:
    target = study.limits.stop.target
    text = f"{percent(target)} on the held-out faces" if target else "none"
    if published.applies_to(study.data):
        known, test = percent(published.VALIDATION), percent(published.TEST)
        text += f"; published: {known} on held-out faces, {test} on test faces"
    return text


def _baseline(data: StudyData) -> str:
    definition, baseline = data.snapshot.definition, data.snapshot.baseline
    epochs = count(definition.baseline.epochs, "epoch")
    recipe = f"the published recipe{f', cut to {epochs}' if definition.baseline_cut else ''}"
    if baseline is None:
        return f"{recipe}; not ended yet"
    accuracy = measured(baseline, data.held_out)
    return f"trial {baseline.number}, {recipe}: {accuracy}"


def _importance(data: StudyData) -> str:
    """The most important hyperparameters; empty where the trials are too few."""
    rows = data.importances[:MOST_IMPORTANT]
    return ", ".join(f"{escape(row.name)} {percent(row.share, 0)}" for row in rows if row.share)


def _findings(data: StudyData) -> str:
    """A list of all findings; empty without any."""
    lines = [f"- {escape(finding.sentence)}\n" for finding in data.findings]
    return f"What to try next:\n\n{''.join(lines)}\n" if lines else ""


def _machine(data: StudyData) -> str:
    parts = [count(available_cores(), "core")]
    machine = (data.best_run.metrics or data.baseline_run.metrics).get("machine", {})
    parts += [escape(str(machine[key])) for key in ("processor", "precision") if key in machine]
    if sessions := data.snapshot.sessions:
        parts.append(count(sessions[-1].workers, "worker"))
    return ", ".join(parts)
