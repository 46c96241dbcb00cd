"""The test labels are opened once, for the final runs, and every figure can be made again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from faces_sources import CLASSES, noise
from made_confirmations import confirmation, final_run

from fer.errors import BadInput
from fer.faces import Faces, load_faces
from fer.model import save_model
from fer.networks.build import build_network
from fer.recipe import Recipe
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN
from search.confirmation.record import Choice
from search.confirmation.store import store
from search.confirmation.test_labels import (
    also_in,
    evaluate_test,
    has_test_labels,
    opened_in_words,
    opened_result,
)
from search.confirmation.test_scores import TEST, read_test_scores

COMMAND = "fer search confirm cheap --data fer2013.csv"
NUMBERS = {"angry": 0, "disgust": 1, "happy": 3, "neutral": 6}


def pixels(seed: int) -> str:
    return " ".join(map(str, noise(seed).ravel()))


@pytest.fixture
def source(tmp_path: Path) -> str:
    """Twelve training faces and ten test images, of which the first is also a training face."""
    names = [*CLASSES, "disgust"]
    rows = [(names[seed % 4], seed, "Training") for seed in range(16)]
    usages = ["PublicTest"] * 4 + ["PrivateTest"] * 6
    rows += [(CLASSES[i % 3], 100 + i if i else 0, usage) for i, usage in enumerate(usages)]
    rows.append(("disgust", 200, "PublicTest"))
    lines = [f"{NUMBERS[name]},{pixels(seed)},{usage}\n" for name, seed, usage in rows]
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n" + "".join(lines))
    return str(path)


@pytest.fixture
def train(source: str) -> Faces:
    return load_faces(source, "train", CLASSES)


@pytest.fixture
def study(open_cheap, tmp_path: Path):
    """A study whose confirmation has all of its final runs, of untrained models."""
    study = open_cheap(storage="studies.db")
    for number in (1, 2, 3):
        torch.manual_seed(number)
        recipe = Recipe(widths=(4, 8), seed=number)
        folder = tmp_path / "cheap" / final_run("trial-5", number).run
        save_model(folder / "model.safetensors", build_network(recipe, torch.device("cpu")), recipe)
    store(study, confirmation(seeds=2))
    return study


def evaluate(study, source, train, tmp_path, again=False):
    return evaluate_test(study, source, train, tmp_path / "cheap", COMMAND, again=again)


def test_a_source_has_test_labels_only_where_its_test_images_have_classes(tmp_path, source) -> None:
    assert has_test_labels(source, CLASSES)
    assert not has_test_labels(source, ("surprise",))
    text = Path(source).read_text()
    (tmp_path / "train.csv").write_text("".join(line for line in text.splitlines(True)
                                                if not line.endswith("Test\n")))  # fmt: skip
    assert not has_test_labels(str(tmp_path / "train.csv"), CLASSES)
    arrays = {f"{split}_images": np.stack([noise(9)]) for split in ("train", "test")}
    np.savez(tmp_path / "unlabelled.npz", train_labels=np.array([0]), **arrays)
    assert not has_test_labels(str(tmp_path / "unlabelled.npz"), CLASSES)


def test_the_opening_is_recorded_with_the_result_of_each_part(study, source, train, tmp_path):
    result = evaluate(study, source, train, tmp_path).openings[-1].result
    assert {name: part.n for name, part in result.correct.items()} == {
        ALL: 10, "PublicTest": 4, "PrivateTest": 6, NOT_IN_TRAIN: 9, IN_TRAIN: 1,
    }  # fmt: skip
    assert result.counts == {"angry": 4, "happy": 3, "neutral": 3}
    whole = result.correct[ALL]
    halves = [result.correct[name] for name in ("PublicTest", "PrivateTest")]
    assert whole.seeds == tuple(map(sum, zip(*(half.seeds for half in halves), strict=True)))
    assert len(whole.seeds) == 2


def test_the_predictions_are_stored_and_give_the_result_again(study, source, train, tmp_path):
    stands = evaluate(study, source, train, tmp_path)
    paths = [tmp_path / "cheap" / run.run / TEST for run in stands.winner_runs]
    assert opened_result((1, 2), paths, CLASSES) == stands.openings[-1].result
    first = read_test_scores(paths[0])
    assert not np.allclose(first.probabilities, first.mirrored)
    right = ((first.probabilities + first.mirrored).argmax(1) == first.label).sum()
    assert stands.openings[-1].result.correct[ALL].seeds[0] == right
    plain = (first.probabilities.argmax(1) == first.label).sum()
    assert stands.openings[-1].result.without_tta[ALL].seeds[0] == plain


def test_the_same_confirmation_opens_the_labels_only_once(study, source, train, tmp_path):
    first = evaluate(study, source, train, tmp_path)
    assert evaluate(study, source, train, tmp_path) == first
    assert opened_in_words(first) == "opened once"


def test_more_seeds_or_another_winner_need_again_which_is_recorded(study, source, train, tmp_path):
    stands = evaluate(study, source, train, tmp_path)
    request = stands.request.model_copy(update={"seeds": 3})
    more = stands.model_copy(
        update={"request": request, "finals": (*stands.finals, final_run("trial-5", 3))}
    )
    store(study, more)
    refusal = (
        r"^study cheap: its test labels were opened once, last for trial-5 with 2 seeds: to open "
        r"them for trial-5 with 3 seeds, add --again, which is recorded$"
    )
    with pytest.raises(BadInput, match=refusal):
        evaluate(study, source, train, tmp_path)
    again = evaluate(study, source, train, tmp_path, again=True)
    assert opened_in_words(again) == "opened 2 times"
    assert again.openings[0] == stands.openings[0], "what was seen before stays on record"
    assert len(again.openings[1].result.correct[ALL].seeds) == 3
    other = Choice(winner="trial-3", rule="it is simpler")
    store(study, again.model_copy(update={
        "choice": other, "finals": tuple(final_run("trial-3", n) for n in (1, 2, 3)),
    }))  # fmt: skip
    with pytest.raises(
        BadInput, match=r"opened 2 times, last for trial-5 with 3 seeds: .* trial-3"
    ):
        evaluate(study, source, train, tmp_path)


def test_an_opening_that_was_cut_off_is_finished_and_counts_once(study, source, train, tmp_path):
    model = tmp_path / "cheap" / final_run("trial-5", 2).run / "model.safetensors"
    content = model.read_bytes()
    model.write_bytes(b"")
    with pytest.raises(BadInput, match=r"model\.safetensors"):
        evaluate(study, source, train, tmp_path)
    model.write_bytes(content)
    stands = evaluate(study, source, train, tmp_path)
    assert len(stands.openings) == 1
    assert stands.openings[0].result is not None


def test_other_test_images_are_refused(study, source, train, tmp_path):
    evaluate(study, source, train, tmp_path)
    lines = Path(source).read_text().splitlines(True)
    fewer = tmp_path / "fewer.csv"
    fewer.write_text("".join(lines[:-2]))
    with pytest.raises(BadInput, match="opened on other images"):
        evaluate(study, str(fewer), train, tmp_path)


def test_a_failed_final_run_is_left_out(study, source, train, tmp_path):
    runs = (final_run("trial-5", 1), final_run("trial-5", 2, reason="Diverged: NaN"))
    store(study, confirmation(seeds=2, finals=runs))
    assert evaluate(study, source, train, tmp_path).openings[-1].runs == (1,)


def test_images_that_stand_in_train_are_found_byte_for_byte(source, train) -> None:
    test = load_faces(source, "test", CLASSES)
    assert also_in(test, train).tolist() == [True] + [False] * 9
