"""What a study would cost on a machine, and the check against what it took."""

import dataclasses

import pytest
from made_recordings import made_recording_set
from made_studies import make_study, with_trial

from reports.data.bench_data import labelled
from reports.data.comparison import Comparison
from reports.data.prices import check, price
from reports.figures.compare import epoch_seconds, projected_cost
from search.results.evidence import RunEvidence


def machine(name: str = "laptop", only: tuple[str, ...] = ("training",), **options):
    return labelled([made_recording_set(name, only=only, **options)])[0]


def figure(studies, *machines):
    recordings = [each.recordings.runs[0] for each in machines]
    return projected_cost.build(Comparison(studies, recordings))


def test_a_study_of_half_the_network_costs_less():
    whole = make_study(6)
    small = whole
    for trial in whole.snapshot.trials:
        recipe = {**trial.recipe, "widths": [16, 32, 64, 128]}
        small = with_trial(small, trial.number, recipe=recipe)
    full, less = (price("a", study, machine(), None) for study in (whole, small))
    assert full.missing == less.missing == ""
    assert less.seconds < 0.7 * full.seconds


def test_a_price_counts_the_epochs_that_were_run():
    study = make_study(6, states=("COMPLETE",))
    shorter = study
    for trial in study.snapshot.trials:
        half = dict(list(trial.accuracies.items())[: len(trial.accuracies) // 2])
        shorter = with_trial(shorter, trial.number, accuracies=half)
    full, less = (price("a", each, machine(), None) for each in (study, shorter))
    assert less.seconds == pytest.approx(full.seconds / 2)


def test_a_price_names_the_measured_case_that_it_rests_on():
    study = make_study(6)
    found = price("a", study, machine(), None)
    assert sum(trials for _, trials in found.cases) == len(
        [trial for trial in study.snapshot.trials if trial.accuracies]
    )
    [row] = figure({"a": study}, machine()).tables[0].table.rows
    assert "one process a core" in row[4], "the study ran with two workers"


def test_the_projection_is_checked_where_the_study_ran():
    study = make_study(6)
    here = check(study, machine())
    assert here is not None
    seconds = [trial.seconds for trial in study.snapshot.trials if trial.accuracies]
    assert sum(trial.measured for trial in here.trials) == pytest.approx(sum(seconds))
    sentence = figure({"a": study}, machine()).sentence
    assert f"took {here.ratio:.2f} times the projected seconds" in sentence


def test_a_study_that_ran_elsewhere_is_said_to_be_unchecked():
    metrics = {"machine": {"device": "cpu", "processor": "Other", "threads": 1,
                           "precision": "fp32"}}  # fmt: skip
    study = dataclasses.replace(
        make_study(6), best_run=RunEvidence(metrics), baseline_run=RunEvidence()
    )
    assert check(study, machine()) is None
    assert "is not checked" in figure({"a": study}, machine()).sentence


def test_the_deviation_that_was_found_widens_the_interval():
    study = make_study(6)
    found = check(study, machine())
    assert found is not None
    alone, widened = (price("a", study, machine(), each) for each in (None, found))
    assert widened.seconds == alone.seconds
    assert widened.low == pytest.approx(alone.low * min(1, found.ratio))
    assert widened.high == pytest.approx(alone.high * max(1, found.ratio))


def test_a_machine_without_a_fitting_case_has_no_price_and_says_so():
    study = make_study(6)
    drawn = figure({"a": study}, machine(), machine("bare", only=("inference",)))
    assert "No price of a on bare: no training case" in drawn.sentence
    assert [row[:3] for row in drawn.tables[0].table.rows] == [
        ("laptop", "a", drawn.tables[0].table.rows[0][2]),
        ("bare", "a", "no price"),
    ]
    assert len(drawn.plots[0].traces[0]["y"]) == 1


def test_a_study_without_epochs_has_no_price():
    drawn = figure({"a": make_study(0, baseline=None)}, machine())
    assert "no trial has run an epoch" in drawn.sentence
    assert drawn.plots == ()


def test_the_compare_page_shows_the_seconds_an_epoch_of_the_recordings():
    comparison = Comparison({"a": make_study(3)}, [machine().recordings.runs[0]])
    assert "laptop: " in epoch_seconds.build(comparison).sentence
    assert epoch_seconds.build(Comparison({"a": make_study(3)})).plots == ()
