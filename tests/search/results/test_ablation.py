"""Studies with named variants: what their differences support, beside what was claimed."""

import io

import pytest
from made_snapshots import definition, record, snapshot
from optuna.distributions import CategoricalDistribution
from rich.console import Console, Group

from reports.dashboard.variants_note import variants_note
from search.results.ablation import Outcome, ablation
from search.results.ablation_table import ablation_parts

VARIANTS = {
    "start": {"set": {"dropout": 0.0, "clip_norm": 0.0}},
    "clipping": {"set": {"dropout": 0.0}, "against": {"start": "better"}},
    "batch 32": {"set": {"dropout": 0.0, "batch_size": 32}, "against": {"clipping": "worse"}},
    "full": {"set": {}, "against": {"clipping": "better", "start": ""}},
}
KNOWN = {"variant": CategoricalDistribution(list(VARIANTS))}
RUNS = {
    None: (0.80, 0.82, 0.81),
    "start": (0.70, 0.72, 0.71),
    "clipping": (0.80, 0.82, 0.815),
    "batch 32": (0.81, 0.81, 0.82),
    "full": (0.75, 0.77, 0.766),
}


def make(runs=RUNS, **changes):
    trials = []
    for name, accuracies in runs.items():
        first = len(trials)
        for pair, accuracy in enumerate(accuracies):
            repeated = {"role": "repeat", "group": first, "pair": pair} if pair else {}
            params = {"variant": name} if name and not pair else {}
            number = len(trials)
            trials.append(record(number, accuracy, params=params, distributions=KNOWN, **repeated))
    space = {"variant": {"kind": "variants", "variants": VARIANTS}}
    objective = {"folds": 1, "seeds": 3}
    return snapshot(*trials, definition=definition(space=space, objective=objective), **changes)


@pytest.fixture
def results():
    return ablation(make())


def plain(text):
    return text.replace("\u00a0", " ")


def test_a_study_without_variants_has_none():
    study = snapshot(record(0, 0.8), record(1, 0.8))
    assert ablation(study) is None
    assert list(ablation_parts(study)) == []
    assert variants_note(study) == ""


def test_a_claim_holds_up_where_the_paired_interval_excludes_0_on_its_side(results):
    findings = {(each.name, each.other): each.finding for each in results.comparisons}
    assert findings == {
        ("clipping", "start"): "better, as claimed",
        ("batch 32", "clipping"): "not told apart",
        ("full", "clipping"): "worse, not as claimed",
        ("full", "start"): "better",
    }
    assert plain(results.summary).startswith(
        "Of 3 claims, 1 holds up, 1 turned out the other way, and 1 cannot be told from no "
        "difference (n = 3 runs of each variant;"
    )


def test_a_variant_has_the_mean_and_the_spread_of_its_runs(results):
    start = results.variants[0]
    assert (start.name, start.trial, start.complete) == ("start", 3, True)
    assert (start.mean, start.sd) == (pytest.approx(0.71), pytest.approx(0.01))
    assert start.ends == (pytest.approx(0.6852, abs=1e-4), pytest.approx(0.7348, abs=1e-4))


def test_a_comparison_is_said_in_one_sentence_beside_its_claim(results):
    assert plain(results.comparisons[1].sentence) == (
        "batch 32 against clipping (claimed: worse): +0.17 points (95 % interval -2.4 to +2.8 "
        "points, p = 1): not told apart."
    ).replace("-", "−")


def test_two_sets_of_runs_of_one_recipe_show_what_chance_does():
    runs = {**RUNS, "full": (0.805, 0.815, 0.81)}
    control = ablation(make(runs)).control
    assert (control.name, control.other, control.outcome) == ("full", "the baseline", Outcome.OPEN)


def test_an_unfinished_ablation_says_so_first():
    left = {name: runs for name, runs in RUNS.items() if name != "full"}
    left["batch 32"] = (0.81,)
    unfinished = ablation(make(left))
    assert plain(unfinished.summary).startswith("Unfinished: 2 of 4 variants are complete. Of 1")
    assert [each.finding for each in unfinished.comparisons[1:]] == ["not measured yet"] * 3


def test_the_terminal_and_the_note_show_both_tables():
    study = make()
    console = Console(width=150, record=True, file=io.StringIO())
    console.print(Group(*ablation_parts(study)))
    shown, note = console.export_text(), variants_note(study)
    for text in (shown, plain(note)):
        assert "Of 3 claims, 1 holds up" in text
        assert "worse, not as claimed" in text
        assert "4 differences were tested at 95 % each" in text.replace("\n", " ")
