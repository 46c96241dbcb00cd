"""What an answer says about the test images: what weakens it first, each figure with its n."""

from collections.abc import Iterator

from fer.faces.names import USAGES
from fer.wording import counted
from search.confirmation.figures import (
    Part,
    TargetFigures,
    grades_of_winner,
    last_result,
    submissions_of_winner,
)
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN, Opening
from search.confirmation.plan import in_words
from search.confirmation.record import Confirmation
from search.confirmation.test_labels import opened_in_words, opening_is_current
from search.confirmation.words import (
    ends_in_words,
    mean_in_words,
    p_in_words,
    points_in_words,
)
from search.results import published


def line_of(confirmation: Confirmation, test: TargetFigures) -> str:
    """The answer in one line."""
    images = counted(test.all.n, "test image")
    value, target = _value(test), f"{test.target:g}"
    outside = ", graded from outside" if test.from_outside else ""
    if not test.applies:
        text = f"No answer about {target}, which was measured on other images"
        return "; ".join([f"{text}: {value} on {images}{outside}", *_caveats(confirmation, test)])
    where = f"{target} on the {images}"
    if test.beaten:
        alone = "" if test.mean_test else ", for this one model"
        text = f"Yes{alone}{outside}: {value} beats {where}, {p_in_words(test.p)}"
    elif test.accuracy > test.target:
        p = p_in_words(test.p)
        text = f"No{outside}: {value} is above {where}, but not significantly, {p}"
    else:
        side = "level with" if test.accuracy == test.target else "below"
        text = f"No{outside}: {value} is {side} {where}"
    return "; ".join([text, *_caveats(confirmation, test)])


def about_test(confirmation: Confirmation, test: TargetFigures) -> tuple[str, ...]:
    """The result in full."""
    return (
        *_weaknesses(confirmation, test),
        *_tests(test),
        *_accuracies(test),
        *_parts(test),
        *_openings(confirmation, test),
    )


def _value(test: TargetFigures) -> str:
    mean = test.all.mean
    if mean is None:
        seeds = counted(test.seeds, "seed")
        return f"{test.accuracy:.4f} (the ensemble of {seeds}, whose spread is not known)"
    if mean.sd is None:
        return f"{mean.mean:.4f} (n = 1 seed, so the spread of seeds is not known)"
    return f"{mean_in_words(mean)} (n = {mean.n} seeds)"


def _caveats(confirmation: Confirmation, test: TargetFigures) -> Iterator[str]:
    """What the first line must not leave out."""
    if test.from_outside:
        return
    if len(confirmation.openings) > 1:
        yield f"the test labels were {opened_in_words(confirmation)}"
    if confirmation.complete and not opening_is_current(confirmation):
        yield "of an earlier confirmation"


def _weaknesses(confirmation: Confirmation, test: TargetFigures) -> Iterator[str]:
    if not test.applies:
        yield (
            f"The published {test.target:g} was measured on the {published.TEST_IMAGES:,} test "
            "images of FER2013's three classes; these are other images."
        )
    if test.mean_test is None:
        yield (
            "Fewer than two seeds were measured on the test images, so their spread is not known, "
            "and this is a statement about one model, not about its recipe."
        )
    failed = [str(run.number) for run in confirmation.winner_runs if run.reason]
    if failed:
        yield (
            f"Of {counted(confirmation.request.seeds, 'final run')} {len(failed)} failed (seed "
            f"{', '.join(failed)}), and these figures leave it out."
        )
    if test.from_outside:
        graded = len(grades_of_winner(confirmation))
        files = counted(len(submissions_of_winner(confirmation)), "submission")
        yield (
            f"Graded from outside: {graded} of {files} of the winner. This program has seen no "
            "test label."
        )
    elif len(confirmation.openings) > 1:
        earlier = "; ".join(map(_opening, confirmation.openings[:-1]))
        yield (
            f"The test labels were {opened_in_words(confirmation)}, so what was done after the "
            f"first time may have been chosen by them. Before: {earlier}."
        )


def _opening(opening: Opening) -> str:
    runs = f"{in_words(opening.winner)} with {counted(len(opening.runs), 'seed')}"
    when = f"{opening.when:%Y-%m-%d %H:%M} UTC"
    if opening.result is None:
        return f"{runs}, {when}, interrupted"
    correct = opening.result.correct[ALL]
    mean = sum(correct.seeds) / len(correct.seeds) / correct.n
    return f"{runs}, {when}, mean {mean:.4f}"


def _tests(test: TargetFigures) -> Iterator[str]:
    if not test.applies:
        return
    target = f"{test.target:g}"
    if test.mean_test is not None:
        seeds = counted(len(test.all.seeds), "seed")
        yield (
            f"Test of the mean over {seeds}: {p_in_words(test.mean_test.p)}, one-sided, of the "
            f"hypothesis that the recipe's accuracy, for another seed and other test images, is "
            f"{target} or less (t test; the variances of seeds and of images added, with "
            "Satterthwaite's degrees of freedom)."
        )
    model = "the only seed"
    if test.all.ensemble is not None:
        model = f"the ensemble, the mean of the probabilities of {counted(test.seeds, 'seed')}"
    yield (
        f"Test of {model}: {p_in_words(test.model_test.p)}, one-sided, of the hypothesis that this "
        f"model's accuracy on other test images is {target} or less (exact binomial test, "
        f"n = {test.all.n:,})."
    )
    if test.mean_test is not None and test.all.ensemble is not None:
        yield (
            "The answer is yes only if both tests are significant at 5 %; the first line has the "
            "larger p-value."
        )
    if test.target != published.TEST:
        yield f"The target {target} is treated as fixed."
        return
    low, high = map(points_in_words, test.gain_if_measured_anew)
    yield (
        "The target is one published number, measured on the same images, and is treated as fixed. "
        "Had it been measured on as many other images, the difference of "
        f"{points_in_words(test.accuracy - test.target)} points would have the 95 % interval {low} "
        f"to {high} (Newcombe's, without the spread of seeds)."
    )


def _accuracies(test: TargetFigures) -> Iterator[str]:
    mean, n = test.all.mean, f"n = {test.all.n:,}"
    if mean is not None:
        wilson = ends_in_words(test.all.mean_ends)
        if mean.low is None or mean.high is None:
            yield f"One seed: {mean.mean:.4f} (Wilson's 95 % interval {wilson}, {n})."
        else:
            yield (
                f"Mean over seeds: {mean_in_words(mean)} (SD), n = {mean.n} seeds; 95 % interval "
                f"{ends_in_words((mean.low, mean.high))} for other seeds and other images; "
                f"Wilson's, for other images alone, {wilson} ({n})."
            )
    if test.all.ensemble is not None:
        wilson = ends_in_words(test.all.ensemble_ends)
        yield (
            f"Ensemble of {counted(test.seeds, 'seed')}: {test.all.ensemble_accuracy:.4f} "
            f"(Wilson's 95 % interval {wilson}, {n})."
        )


def _parts(test: TargetFigures) -> Iterator[str]:
    """The result on parts of the images, where this program has the labels."""
    if test.from_outside:
        return
    apart = [f"{name}: {_part(test.parts[name])}" for name in USAGES if name in test.parts]
    if apart:
        yield f"{'; '.join(apart)}."
    else:
        yield "The source does not tell which test images are PublicTest and which PrivateTest."
    if IN_TRAIN not in test.parts:
        yield "No test image is byte-identical to a training or held-out face."
    elif NOT_IN_TRAIN in test.parts:
        known = counted(test.parts[IN_TRAIN].n, "test image")
        yield (
            f"Without the {known} byte-identical to a training or held-out face: "
            f"{_part(test.parts[NOT_IN_TRAIN])}."
        )
    if ALL in test.without_tta:
        yield (
            "All of these average each image with its mirror image (flip TTA). Without: "
            f"{_part(test.without_tta[ALL])}."
        )


def _part(part: Part) -> str:
    texts = []
    if part.mean is not None:
        texts.append(f"{'mean ' if part.mean.n > 1 else ''}{mean_in_words(part.mean)}")
    if part.ensemble is not None:
        ends = ends_in_words(part.ensemble_ends)
        texts.append(f"ensemble {part.ensemble_accuracy:.4f} ({ends})")
    return f"{', '.join(texts)}, n = {part.n:,}"


def _openings(confirmation: Confirmation, test: TargetFigures) -> Iterator[str]:
    if test.from_outside:
        return
    opening = last_result(confirmation)
    assert opening is not None, "the figures are of one"
    yield (
        f"The test labels were {opened_in_words(confirmation)}; this result is of "
        f"{opening.when:%Y-%m-%d}, after {in_words(opening.winner)} had been chosen by validation "
        "and its final runs had finished."
    )
