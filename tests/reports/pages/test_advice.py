"""Hints of a study's report."""

from made_studies import make_study, with_trial

from reports.pages.advice import advice


def test_a_best_value_at_the_edge_of_its_range_asks_for_a_wider_one():
    study = make_study(12, states=("COMPLETE",))
    best = study.snapshot.best
    study = with_trial(study, best.number, params={**best.params, "dropout": 0.5})
    assert any("Widen the range of dropout" in hint for hint in advice(study))
