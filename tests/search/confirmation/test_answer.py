"""The answer of a study in every state: one line, what weakens it first, and each n."""

import datetime
from typing import Any

import pytest
from made_confirmations import FOLDS, confirmation, final_run
from made_snapshots import record, snapshot

from search.confirmation.answer import Answer, answer
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN, Correct, OpenedResult, Opening
from search.confirmation.record import BASELINE, Confirmation, Grade, Submission
from search.results import published

WHEN = datetime.datetime(2026, 5, 6, 9, 30)
DATA = {"source": "fer2013.csv", "source_hash": "ab" * 32, "counts": published.COUNTS}
SEEDS = (3330, 3345, 3318, 3340, 3326)
N = published.TEST_IMAGES


def opening(seeds: tuple[int, ...] = SEEDS, ensemble: int = 3370, **changes: Any) -> Opening:
    """An opening with a result: half of the images are PublicTest, 162 stand in train."""
    halves = {"PublicTest": (1983, 0.5), "PrivateTest": (1982, 0.5)}
    parts = {ALL: Correct(n=N, seeds=seeds, ensemble=ensemble)} | {
        name: Correct(n=n, seeds=tuple(int(s * f) for s in seeds), ensemble=int(ensemble * f))
        for name, (n, f) in halves.items()
    }
    parts[NOT_IN_TRAIN] = Correct(
        n=N - 162, seeds=tuple(s - 150 for s in seeds), ensemble=ensemble - 150
    )
    parts[IN_TRAIN] = Correct(n=162, seeds=(150,) * len(seeds), ensemble=150)
    runs = tuple(range(1, len(seeds) + 1))
    made = Opening(
        when=WHEN,
        command="fer search confirm made --data fer2013.csv",
        source_hash="cd" * 32,
        version="0.1.0",
        winner="trial-5",
        runs=runs,
        result=OpenedResult(
            runs=runs, counts=published.TEST_COUNTS, correct=parts, without_tta=parts
        ),
    )
    return made.model_copy(update=changes)


def submissions(candidate: str = "trial-5", seeds: int = 5) -> tuple[Submission, ...]:
    runs = [*((n,) for n in range(1, seeds + 1)), tuple(range(1, seeds + 1))]
    return tuple(
        Submission(
            file=f"confirm/submission-{'mean' if len(each) > 1 else f'seed-{each[0]}'}.csv",
            sha256=f"{index:064x}",
            candidate=candidate,
            seeds=each,
            n=N,
            source_hash="cd" * 32,
        )
        for index, each in enumerate(runs, 1)
    )


def grade(index: int, accuracy: float, n: int = N) -> Grade:
    return Grade(file="s.csv", sha256=f"{index:064x}", accuracy=accuracy, n=n, when=WHEN)


def answered(made: Confirmation | None, **changes: Any) -> Answer:
    trials = record(0, 0.8), record(3, 0.83), record(5, 0.85)
    return answer(snapshot(*trials, confirmation=made, **({"data": DATA} | changes)))


def text(found: Answer) -> str:
    return " ".join(found.sentences)


def test_a_study_that_is_not_confirmed_gives_the_command() -> None:
    found = answered(None)
    assert found.line == "Not confirmed: run `fer search confirm made --data fer2013.csv`"
    assert found.good is None
    nothing = answer(snapshot(record(0, 0.8), data=DATA))
    assert nothing.line == "Not confirmed: no trial of the search space has run to its end yet"


def test_a_confirmation_that_runs_counts_its_runs() -> None:
    begun = confirmation(choice=None, finals=()).model_copy(update={"folds": ()})
    assert answered(begun).line == "Not yet: 0 of 14 runs of the confirmation have finished"
    finals = confirmation(finals=(final_run("trial-5", 1),))
    assert answered(finals).line == "Not yet: 10 of 14 runs of the confirmation have finished"


def test_a_candidate_that_failed_is_not_waited_for() -> None:
    failed = confirmation(FOLDS | {"trial-3": (0.83, None)}, choice=None, finals=())
    assert answered(failed).line == "Not yet: 8 of 13 runs of the confirmation have finished"


def test_without_test_labels_the_folds_answer_and_the_target_is_not_tested() -> None:
    found = answered(confirmation(submissions=submissions()))
    assert found.line == (
        "Not yet graded: on 3 fresh folds trial 5 has 0.8403 ± 0.0040, 4.63 points above the "
        "baseline's 0.7940 ± 0.0062 (paired difference, 95 % interval +3.76 to +5.51)"
    )
    assert found.good is None
    assert "0.82244 was not tested" in found.sentences[0]
    assert "`fer search grade made FILE --accuracy X --n N`" in found.sentences[1]
    assert "n = 1,619 held-out faces in each" in text(found)


def test_without_test_images_the_command_that_names_them_is_given() -> None:
    assert "confirm made --data fer2013.csv --test SOURCE`" in answered(confirmation()).sentences[1]


def test_the_searchs_own_number_is_compared_with_fresh_folds() -> None:
    sentence = (
        "The search reported 0.8500 for trial 5, its best; on fresh folds the same recipe has "
        "0.8403 ± 0.0040, so the search's own number was 0.97 points too high (95 % interval −0.19 "
        "to +2.13, which holds 0, n = 3 folds)."
    )
    assert sentence in answered(confirmation()).sentences


def test_a_difference_whose_interval_holds_0_says_so() -> None:
    close = {"trial-5": (0.80, 0.78, 0.82), BASELINE: (0.79, 0.80, 0.80)}
    assert "which holds 0)" in answered(confirmation(close)).line


def test_one_fold_has_no_interval() -> None:
    one = {"trial-5": (0.84,), BASELINE: (0.79,)}
    found = answered(confirmation(one))
    assert "5.00 points above the baseline's 0.7900 (one fold gives no interval)" in found.line


def test_a_failed_baseline_leaves_no_difference() -> None:
    found = answered(confirmation({"trial-5": (0.84, 0.83), BASELINE: (0.79, None)}))
    assert found.line.endswith("trial 5 has 0.8350 ± 0.0071; the baseline failed there")


def test_a_baseline_that_wins_is_named() -> None:
    found = answered(confirmation({BASELINE: (0.80, 0.81)}))
    assert "the baseline has 0.8050 ± 0.0071, and no recipe of the search won" in found.line


def test_a_source_with_its_own_split_says_that_only_the_seed_differs() -> None:
    found = answered(confirmation(), data=DATA | {"held_out": 1619})
    assert "only the seed differs between them" in text(found)


def test_a_mean_that_is_significantly_above_the_target_is_a_yes() -> None:
    found = answered(confirmation(openings=(opening(),)))
    assert found.line == (
        "Yes: 0.8403 ± 0.0027 (n = 5 seeds) beats 0.82244 on the 3,965 test images, p = 0.002"
    )
    assert found.good is True
    assert found.test is not None
    assert found.test.p == max(found.test.mean_test.p, found.test.model_test.p)
    whole = text(found)
    assert "Wilson's, for other images alone, 0.8286 to 0.8514 (n = 3,965)" in whole
    assert "Ensemble of 5 seeds: 0.8499 (Wilson's 95 % interval 0.8385 to 0.8607" in whole
    assert "PublicTest: mean 0.8400" in whole
    assert "PrivateTest: mean 0.8405" in whole
    assert "Without the 162 test images byte-identical to a training or held-out face" in whole
    assert "n = 3,803" in whole
    assert "is treated as fixed" in whole
    assert "opened once; this result is of 2026-05-06" in whole


def test_a_mean_above_the_target_but_not_significantly_is_a_no() -> None:
    found = answered(confirmation(openings=(opening((3280, 3250, 3300, 3270, 3265), 3290),)))
    assert found.line.startswith("No: 0.8255 ± 0.0047 (n = 5 seeds) is above 0.82244 on the ")
    assert found.line.endswith(", but not significantly, p = 0.32")
    assert found.good is False


def test_the_ensemble_must_be_above_the_target_too() -> None:
    found = answered(confirmation(openings=(opening(ensemble=3265),)))
    assert found.good is False
    assert found.test is not None
    assert found.test.mean_test.significant


def test_a_mean_below_the_target_is_a_no() -> None:
    found = answered(confirmation(openings=(opening((3200, 3150, 3190), 3195),), seeds=3))
    assert found.line == (
        "No: 0.8020 ± 0.0067 (n = 3 seeds) is below 0.82244 on the 3,965 test images"
    )


def test_one_seed_answers_for_one_model_and_says_that_the_spread_is_not_known() -> None:
    found = answered(confirmation(seeds=1, openings=(opening((3337,), 3337),)))
    assert found.line.startswith(
        "Yes, for this one model: 0.8416 (n = 1 seed, so the spread of seeds is not known) beats"
    )
    assert "not about its recipe" in found.sentences[0]
    assert "exact binomial test" in text(found)
    assert "Satterthwaite" not in text(found)


def test_labels_that_were_opened_twice_are_named_in_the_line_with_what_was_seen_before() -> None:
    twice = (opening((3300, 3310), 3320), opening())
    found = answered(confirmation(openings=twice))
    assert found.line.endswith("; the test labels were opened 2 times")
    assert "Before: trial 5 with 2 seeds, 2026-05-06 09:30 UTC, mean 0.8335." in found.sentences[0]


def test_a_result_of_an_earlier_confirmation_is_called_so() -> None:
    found = answered(confirmation(seeds=6, openings=(opening(),)))
    assert found.line.endswith("; of an earlier confirmation")
    begun = confirmation(choice=None, finals=(), openings=(opening(),))
    found = answered(begun)
    assert found.line.startswith("Yes: ")
    assert found.sentences[0].startswith("A later confirmation has not ended: 9 of 14 runs")


def test_other_images_give_no_answer_about_the_published_target() -> None:
    found = answered(confirmation(openings=(opening(),)), data=DATA | {"counts": {"happy": 16_175}})
    assert found.line == (
        "No answer about 0.82244, which was measured on other images: 0.8403 ± 0.0027 "
        "(n = 5 seeds) on 3,965 test images"
    )
    assert found.good is None
    assert "hypothesis" not in text(found)


def test_a_target_of_the_users_own_is_tested_on_any_images() -> None:
    made = confirmation(openings=(opening(),))
    request = made.request.model_copy(update={"target": 0.9})
    found = answered(
        made.model_copy(update={"request": request}), data=DATA | {"counts": {"happy": 16_175}}
    )
    assert found.line.endswith("is below 0.9 on the 3,965 test images")
    assert "The target 0.9 is treated as fixed." in found.sentences
    assert "published" not in text(found)


def test_a_failed_final_run_is_said() -> None:
    finals = (*(final_run("trial-5", n) for n in range(1, 5)), final_run("trial-5", 5, reason="x"))
    found = answered(confirmation(finals=finals, openings=(opening(SEEDS[:4]),)))
    assert "Of 5 final runs 1 failed (seed 5)" in found.sentences[0]


def test_grades_from_outside_of_every_seed_and_the_mean_answer_as_labels_do() -> None:
    grades = tuple(grade(i, each / N) for i, each in enumerate((*SEEDS, 3370), 1))
    found = answered(confirmation(submissions=submissions(), grades=grades))
    labels = answered(confirmation(openings=(opening(),)))
    assert found.line == labels.line.replace("Yes:", "Yes, graded from outside:")
    assert "Graded from outside: 6 of 6 submissions of the winner." in found.sentences[0]


def test_a_grade_of_the_mean_alone_answers_for_one_model() -> None:
    found = answered(confirmation(submissions=submissions(), grades=(grade(6, 0.8502),)))
    assert found.line.startswith(
        "Yes, for this one model, graded from outside: 0.8502 (the ensemble of 5 seeds, whose "
        "spread is not known) beats 0.82244"
    )


def test_the_latest_grade_of_a_file_counts() -> None:
    grades = (grade(6, 0.8), grade(6, 0.85))
    found = answered(confirmation(submissions=submissions(), grades=grades))
    assert found.test is not None
    assert found.test.accuracy == pytest.approx(0.85, abs=1e-3)


def test_grades_of_another_recipes_files_are_no_answer() -> None:
    made = confirmation(submissions=submissions("trial-3"), grades=(grade(6, 0.85),))
    assert answered(made).line.startswith("Not yet graded: ")
