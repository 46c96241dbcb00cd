"""The hints of a study's report are its findings."""

from made_studies import make_study, with_trial

from reports.pages.advice import advice


def test_each_hint_is_an_action_and_its_evidence():
    study = make_study(12, states=("COMPLETE",))
    for trial in study.snapshot.complete[:4]:
        study = with_trial(study, trial.number, params={**trial.params, "dropout": 0.49})
    assert (
        "Widen dropout above 0.5 (a recipe takes values below 1): 4 of the 5 best trials lie in "
        "the upper 5\u00a0% of its range, 0.475 to 0.5."
    ) in advice(study)


def test_a_short_study_is_told_to_go_on_and_nothing_else_of_its_space():
    (first, *others) = advice(make_study(6, states=("COMPLETE",)))
    assert first == (
        "Run more trials: 6\u00a0searched trials ended complete or pruned, too few to judge the "
        "search space or a hyperparameter."
    )
    assert all(other.startswith("Train the best") for other in others)
