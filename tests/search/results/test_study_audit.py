"""The audit of a study's pruner: what ran on is compared with what was not stopped."""

import json

import pytest
from made_snapshots import definition, record, snapshot

from search.results.audit_shown import print_audit
from search.results.audit_text import (
    audit_paragraph,
    audit_sentences,
    cost_sentence,
    rung_sentences,
    saved_sentence,
)
from search.results.roles import role_in_words
from search.results.study_audit import study_audit
from search.results.trial_table import trial_columns, trial_rows
from search.results.trials import State

PRUNER = {"kind": "successive_halving", "min_resource": 2, "reduction": 2, "audit": 0.1}


def study(*trials, pruner=PRUNER, **changes):
    return snapshot(record(0, 0.7), *trials, definition=definition(pruner=pruner), **changes)


def curve(end, epochs=10):
    return [end * epoch / epochs for epoch in range(1, epochs + 1)]


def audited():
    """Two kept, two stopped for good, and three that ran on: one above all that were kept."""
    kept = [record(1, curve(0.80)), record(2, curve(0.75))]
    stopped = [record(n, curve(0.6)[:2], State.PRUNED) for n in (3, 4)]
    ran_on = [
        record(5, curve(0.82), audited=2),
        record(6, curve(0.70), audited=4),
        record(7, curve(0.5)[:3], State.RUNNING, audited=2),
    ]
    return study(*kept, *stopped, *ran_on)


def plain(sentences):
    return [sentence.replace("\u00a0", " ") for sentence in sentences]


def test_wrong_stops_and_regret_are_those_of_the_audited_trials():
    audit = study_audit(audited(), 600)
    assert audit.stopped == 5
    assert [trial.number for trial in audit.audited] == [5, 6, 7]
    assert [trial.number for trial in audit.ended] == [5, 6]
    assert [trial.number for trial in audit.kept] == [1, 2], "an audited trial is no reference"
    assert (audit.quality.wrong.hits, audit.quality.wrong.n) == (1, 2)
    assert audit.quality.regret == pytest.approx(0.02)
    assert audit.gain.low < 0.02 < audit.gain.high


def test_what_stopping_saved_and_what_the_audit_cost_are_epochs_at_each_trials_pace():
    audit = study_audit(audited(), 600)
    assert (audit.saved.epochs, audit.saved.seconds) == (2 * 8, 16.0)
    assert (audit.cost.epochs, audit.cost.seconds) == (8 + 6 + 1, 15.0)


def test_the_audit_is_told_with_what_weakens_it_first():
    counts, wrong, regret = plain(audit_sentences(study_audit(audited(), 600)))
    assert counts == (
        "3 of 5 stopped trials were audited (10 % planned): 2 ran to the end, 1 not ended yet; "
        "with 2 final accuracies, the intervals are wide."
    )
    assert wrong == (
        "Wrong stops: 1 of 2, 50 % (95 % interval 1 to 99 %, Clopper-Pearson); a stop is wrong if "
        "the trial ends above the best complete trial that was not audited, 1, at 80.00 %."
    )
    assert regret.startswith(
        "Regret: 2.00 points; the best audited trial, 5, ended at 82.00 %, +2.00 points (95 % "
        "interval −2.4 to +6.4 points, Newcombe, single runs on n = 600 held-out faces)"
    )
    assert regret.endswith(
        "; it is the best trial of this study, and without the audit it would have been stopped at "
        "epoch 2."
    )


def test_of_four_trials_that_were_not_stopped_a_quarter_is_told():
    kept = [record(n, curve(0.7 + n / 100)) for n in range(1, 5)]
    made = study(*kept, record(5, curve(0.735), audited=2), record(6, curve(0.5), audited=2))
    (_, _, top, _) = plain(audit_sentences(study_audit(made, 600)))
    assert top.startswith(
        "Ended above three quarters of the 4 complete trials that were not audited: 1 of 2, 50 %"
    )


def test_stops_that_cost_nothing_have_a_regret_of_0():
    one = study(record(1, curve(0.8)), record(2, curve(0.6), audited=4))
    (*_, regret) = plain(audit_sentences(study_audit(one, None)))
    assert regret == (
        "Regret: 0.00 points; the best audited trial, 2, ended at 60.00 %, −20.00 points."
    )


def test_without_a_trial_to_compare_wrong_stops_are_not_counted():
    (_, why) = audit_sentences(study_audit(study(record(1, curve(0.6), audited=4)), 600))
    assert why == "No trial without an audit has run to its end, so wrong stops cannot be counted."
    running = record(2, curve(0.6)[:5], State.RUNNING, audited=4)
    (_, why) = audit_sentences(study_audit(study(record(1, curve(0.8)), running), 600))
    assert why == "No audited trial has run to its end, so wrong stops cannot be counted."


@pytest.mark.parametrize(
    ("pruner", "sentence"),
    [
        ({"kind": "none"}, "The study has no pruner, so there are no stops to audit."),
        ({"kind": "patient", "patience": 9}, "The pruner stops no trial within a run, so there "),
        (PRUNER | {"audit": 0}, "No trial was audited; to audit a pruner, put audit = 0.08 under "),
        (PRUNER, "No trial is audited yet: of the trials that the pruner stops, 10 % run on, and "),
    ],
)
def test_a_study_without_audited_trials_says_in_one_line_how_to_get_them(pruner, sentence):
    audit = study_audit(study(record(1, 0.8), pruner=pruner), 600)
    (only,) = plain(audit_sentences(audit))
    assert only.startswith(sentence)
    assert audit_paragraph(audit) == cost_sentence(audit) == saved_sentence(audit) == ""


def test_complete_trials_alone_say_how_well_a_rung_ranks_the_ends():
    ends = [0.70, 0.72, 0.74, 0.76, 0.78]
    trials = [record(n, curve(end)) for n, end in enumerate(ends, 1)]
    trials += [record(6, curve(0.6)[:2], State.PRUNED), record(7, curve(0.6)[:4], State.PRUNED)]
    audit = study_audit(study(*trials), None)
    assert [(rung.epoch, rung.stopped) for rung in audit.rungs] == [(2, 1), (4, 1), (8, 0)]
    assert [rung.correlation.value for rung in audit.rungs] == pytest.approx([1, 1, 1])
    first = plain(rung_sentences(audit))[0]
    assert first.startswith("Epoch 2, where 1 trial was stopped: rank correlation with the end +1.")
    few = study_audit(study(*trials[:3]), None)
    assert "too few trials ran to their end" in next(rung_sentences(few))


def test_of_many_rungs_those_with_the_most_stops_are_shown():
    stopped = [record(n, curve(0.6)[:7], State.PRUNED) for n in range(1, 4)]
    audit = study_audit(study(*stopped, pruner={"kind": "median"}), None)
    assert [rung.epoch for rung in audit.rungs] == [1, 2, 3, 4, 5, 7]


def test_the_terminal_shows_each_audited_trial_with_its_place(capsys):
    print_audit("made", study_audit(audited(), 600))
    shown = capsys.readouterr().out
    assert "made: audit of its pruner (successive_halving)" in shown
    assert "1 of 3" in shown
    assert "82.00 %" in shown
    assert "The audit cost 15 epochs" in shown


def test_all_figures_are_json_values():
    values = json.loads(json.dumps(study_audit(audited(), 600).to_json()))
    assert values["stopped"] == 5
    assert values["wrong_stops"]["hits"] == 1
    assert values["audited"][0] == {
        "trial": 5,
        "state": "complete",
        "epoch": 2,
        "accuracy_then": pytest.approx(0.164),
        "accuracy": 0.82,
    }
    empty = json.loads(json.dumps(study_audit(study(), 600).to_json()))
    assert empty["regret"] is None


def test_with_several_runs_a_trial_the_first_run_of_each_is_compared():
    several = definition(pruner=PRUNER, objective={"seeds": 2})
    kept = [record(1, curve(0.80)), record(2, curve(0.75))]
    repeats = [
        record(10 + of, curve(end), role="repeat", group=of, pair=1, params={})
        for of, end in ((1, 0.60), (2, 0.65))
    ]
    ran_on = record(5, curve(0.82), audited=2)
    made = snapshot(record(0, 0.7), *kept, ran_on, *repeats, definition=several)
    audit = study_audit(made, 600)
    assert [trial.number for trial in audit.kept] == [1, 2]
    assert (audit.stopped, audit.quality.wrong.hits) == (1, 1)
    assert audit.quality.best_kept == 0.80, "not the mean of its two runs"
    assert audit.best == 1, "a trial with one run has no mean"
    assert "best trial of this study" not in " ".join(audit_sentences(audit))


def test_an_audited_trial_is_marked_in_tables_and_files():
    made = audited()
    columns, rows = trial_columns(made), trial_rows(made)
    at = columns.index("audited")
    assert {row[0]: row[at] for row in rows} == {n: {5: 2, 6: 4, 7: 2}.get(n) for n in range(8)}
    assert role_in_words(made.trials[5]) == "search, audited from epoch 2"
    plain_study = study(record(1, 0.8), pruner={"kind": "median"})
    assert "audited" not in trial_columns(plain_study)
    assert all(len(row) == len(trial_columns(plain_study)) for row in trial_rows(plain_study))
