"""The test labels: opened by a confirmation alone, after its winner was chosen and trained.

Choosing by validation only and opening the test labels once is what makes the result on them free
of selection. So each opening is recorded before the first prediction is compared with a label.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer.clock import utc_now
from fer.errors import BadInput
from fer.faces import Faces, load_faces, open_source
from fer.faces.synthetic import SYNTHETIC
from fer.recipe import EXPRESSIONS
from fer.wording import counted
from search.confirmation.openings import OpenedResult, Opening
from search.confirmation.record import Confirmation, FinalRun
from search.confirmation.store import update
from search.confirmation.test_scores import (
    TEST,
    ScoresOnTest,
    correct_by_part,
    read_test_scores,
    write_test_scores,
)
from search.storage.study import FerStudy


def has_test_labels(source: str, classes: tuple[str, ...]) -> bool:
    """Whether a source has labelled test images of these classes; compares nothing with them.

    Raises:
        BadInput: the source cannot be read.
    """
    if source == SYNTHETIC:
        return True
    prepared = open_source(source)
    if "test" not in prepared:
        return False
    return bool(
        np.isin(prepared["test"].labels, [EXPRESSIONS.index(name) for name in classes]).any()
    )


def evaluated_runs(confirmation: Confirmation) -> tuple[FinalRun, ...]:
    """The winner's final runs that trained to their end."""
    return tuple(run for run in confirmation.winner_runs if not run.reason)


def opening_is_current(confirmation: Confirmation) -> bool:
    """Whether the latest opening was for the winner and the final runs as they stand."""
    if not confirmation.openings or confirmation.choice is None:
        return False
    last = confirmation.openings[-1]
    runs = tuple(run.number for run in evaluated_runs(confirmation))
    return (last.winner, last.runs) == (confirmation.choice.winner, runs)


def opened_in_words(confirmation: Confirmation) -> str:
    """How often the test labels were opened: ``opened once``, ``opened 2 times``."""
    times = len(confirmation.openings)
    return "opened once" if times == 1 else f"opened {times:,} times"


def evaluate_test(
    study: FerStudy, source: str, train: Faces, folder: Path, command: str, *, again: bool
) -> Confirmation:
    """Open the test labels for the winner's final runs, and record what came of it.

    It does nothing if the labels were already opened for these runs, unless ``again``. An opening
    that was interrupted is finished: nothing of it was shown.

    Args:
        source: with labelled test images.
        train: all faces that the final runs were trained on.
        folder: of the study, to which run folders are relative.
        command: to record.

    Raises:
        BadInput: the labels were opened before for other runs, and ``again`` is not given; or the
            source's test images are other ones.
        FerError: a model cannot be read.
    """
    test = load_faces(source, "test", train.classes)
    confirmation = update(
        study, lambda stands: _opened(stands, study.study_name, test, command, again)
    )
    last = confirmation.openings[-1]
    if last.result is not None:
        return confirmation
    in_train = also_in(test, train)
    paths = []
    for run in evaluated_runs(confirmation):
        paths.append(folder / run.run / TEST)
        write_test_scores(paths[-1], _predict(folder / run.run, test, in_train))
    result = opened_result(last.runs, paths, train.classes)
    return update(study, lambda stands: _with_result(stands, result))


def opened_result(
    runs: tuple[int, ...], paths: list[Path], classes: tuple[str, ...]
) -> OpenedResult:
    """The result of final runs, from their ``test.npz`` alone.

    Raises:
        BadInput: one is missing, damaged, or of other test images.
    """
    scores = [read_test_scores(path) for path in paths]
    for path, each in zip(paths, scores, strict=True):
        if not np.array_equal(each.label, scores[0].label):
            raise BadInput(f"{path}: labels of other test images than {paths[0]}")
    counts = np.bincount(scores[0].label, minlength=len(classes)).tolist()
    return OpenedResult(
        runs=runs,
        counts=dict(zip(classes, counts, strict=True)),
        correct=correct_by_part(scores, tta=True),
        without_tta=correct_by_part(scores, tta=False),
    )


def also_in(test: Faces, train: Faces) -> NDArray[np.bool_]:
    """Which test images are byte-identical to a training or held-out face, ``bool [N]``."""
    known = {image.tobytes() for image in train.images}
    return np.array([image.tobytes() in known for image in test.images], np.bool_)


def _opened(
    stands: Confirmation, study: str, test: Faces, command: str, again: bool
) -> Confirmation:
    """The confirmation with an opening for the runs as they stand; the same if it has it."""
    assert stands.choice is not None, "the winner is chosen first"
    assert stands.complete, "opened only after the final runs"
    runs = tuple(run.number for run in evaluated_runs(stands))
    if not runs:
        raise BadInput(f"study {study}: all of its final runs failed: the test labels stay closed")
    if stands.openings and not again:
        last = stands.openings[-1]
        if not opening_is_current(stands):
            raise BadInput(
                f"study {study}: its test labels were {opened_in_words(stands)}, last for "
                f"{last.winner} with {counted(len(last.runs), 'seed')}: to open them for "
                f"{stands.choice.winner} with {counted(len(runs), 'seed')}, add --again, which is "
                "recorded"
            )
        if last.source_hash != test.hash:
            raise BadInput(
                f"study {study}: its test labels were opened on other images (hash "
                f"{last.source_hash[:16]}, now {test.hash[:16]}): name the source of then, or add "
                "--again, which is recorded"
            )
        return stands
    opening = Opening(
        when=utc_now(),
        command=command,
        source_hash=test.hash,
        version=version("fer-search"),
        winner=stands.choice.winner,
        runs=runs,
    )
    return stands.model_copy(update={"openings": (*stands.openings, opening)})


def _with_result(stands: Confirmation, result: OpenedResult) -> Confirmation:
    last = stands.openings[-1].model_copy(update={"result": result})
    return stands.model_copy(update={"openings": (*stands.openings[:-1], last)})


def _predict(run: Path, test: Faces, in_train: NDArray[np.bool_]) -> ScoresOnTest:
    """The predictions of a run's model, of the images and of their mirror images."""
    from fer.device import choose_device
    from fer.inference import predict_faces
    from fer.model import load_model

    device = choose_device("auto")
    network, _ = load_model(run, device)
    assert test.labels is not None, "has_test_labels was asked"
    return ScoresOnTest(
        label=test.labels,
        probabilities=predict_faces(network, test.images, device, tta="none"),
        mirrored=predict_faces(network, np.flip(test.images, 2), device, tta="none"),
        usage=np.array(test.usages or [""] * len(test), np.str_),
        in_train=in_train,
    )
