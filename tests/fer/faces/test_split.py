"""Every split keeps each face once, identical images together, and classes in proportion."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer.errors import BadInput
from fer.faces import Faces, hold_out, own_split, unmeasured

CLASSES = ("angry", "happy", "neutral")


def make(kinds: list[int], labels: list[int]) -> Faces:
    """Faces whose images are identical where their kinds are equal."""
    images = np.zeros((len(kinds), 48, 48), np.uint8)
    images[:, 0, 0] = kinds
    names = tuple(map(str, range(len(kinds))))
    return Faces(images, np.array(labels, np.int64), names, CLASSES, "")


@st.composite
def some_faces(draw: st.DrawFn) -> Faces:
    """Some identical images, and some of those with different labels."""
    count = draw(st.integers(2, 80))
    kinds = draw(st.lists(st.integers(0, 60), min_size=count, max_size=count))
    labels = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    return make(kinds, labels)


def labels_of(faces: Faces) -> np.ndarray:
    assert faces.labels is not None
    return faces.labels


def kinds_of(faces: Faces, indices: np.ndarray) -> set[int]:
    return set(faces.images[indices, 0, 0].tolist())


@given(some_faces(), st.floats(0, 0.99), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_every_face_is_on_exactly_one_side_and_identical_ones_on_the_same(
    faces: Faces, fraction: float, seed: int
) -> None:
    training, validation = hold_out(faces, fraction, seed)
    assert sorted([*training, *validation]) == list(range(len(faces)))
    assert (training.dtype, validation.dtype) == (np.int64, np.int64)
    assert not kinds_of(faces, training) & kinds_of(faces, validation)


@given(
    st.lists(st.integers(5, 120), min_size=3, max_size=3),
    st.floats(0.05, 0.5),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=40)
def test_without_identical_images_each_class_gives_its_share_to_within_one_face(
    counts: list[int], fraction: float, seed: int
) -> None:
    labels = np.repeat(np.arange(3), counts)
    images = np.zeros((len(labels), 48, 48), np.uint8)
    images[:, 0, :2] = np.stack([np.arange(len(labels)) % 256, np.arange(len(labels)) // 256], 1)
    faces = Faces(images, labels, tuple(map(str, labels)), CLASSES, "")
    _, validation = hold_out(faces, fraction, seed)
    for label, count in enumerate(counts):
        assert abs((labels[validation] == label).sum() - fraction * count) <= 1


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    faces = make([*range(200)], [i % 3 for i in range(200)])
    first, again, other = (hold_out(faces, 0.2, seed)[1] for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_fraction_of_zero_holds_nothing_out() -> None:
    training, validation = hold_out(make([1, 2, 3], [0, 1, 2]), 0, 0)
    assert (training.tolist(), len(validation)) == ([0, 1, 2], 0)


@pytest.mark.parametrize("fraction", [-0.1, 1.0, 1.5, float("nan")])
def test_a_fraction_out_of_range_is_refused(fraction: float) -> None:
    with pytest.raises(BadInput, match="expected at least 0 and less than 1"):
        hold_out(make([1, 2, 3], [0, 1, 2]), fraction, 0)


def test_a_split_of_unlabelled_faces_is_refused() -> None:
    faces = Faces(np.zeros((4, 48, 48), np.uint8), None, tuple("abcd"), CLASSES, "")
    with pytest.raises(BadInput, match="needs labels"):
        hold_out(faces, 0.5, 0)


def with_own_split(labels: list[int], held_out: list[int]) -> Faces:
    faces = make([*range(len(labels))], labels)
    return dataclasses.replace(faces, held_out=np.array(held_out, np.int64))


@pytest.mark.parametrize("fraction", [0, 0.1, 0.5])
def test_a_sources_own_validation_split_is_held_out_whatever_the_fraction(fraction: float) -> None:
    faces = with_own_split([0, 1, 2, 0, 1, 2], [3, 4, 5])
    training, validation = hold_out(faces, fraction, seed=1)
    assert (training.tolist(), validation.tolist()) == ([0, 1, 2], [3, 4, 5])
    assert own_split(faces, fraction) == (
        "its own validation split (3 faces) is held out; the recipe's "
        f"validation = {fraction} is not used"
    )
    assert own_split(make([1, 2], [0, 1]), fraction) is None


@pytest.mark.parametrize(
    ("faces", "fraction", "line"),
    [
        (make([*range(60)], [i % 3 for i in range(60)]), 0.1, None),
        (
            make([*range(11)], [0] * 5 + [1] * 5 + [2]),
            0.2,
            "no held-out face of 'neutral', which has 1: validation = 0.2 of 11 faces: "
            "expected more faces of each class",
        ),
        (
            make([*range(3)], [0, 1, 2]),
            0.1,
            "no held-out faces: validation = 0.1 of 3 faces: expected more faces of each class",
        ),
        (
            make([7] * 10, [i % 3 for i in range(10)]),
            0.1,
            "no held-out faces: validation = 0.1 of 10 faces: expected more faces of each class",
        ),
        (
            make([*range(9)], [i % 3 for i in range(9)]),
            0.0,
            "no held-out faces: validation = 0: expected more, such as 0.1",
        ),
        (with_own_split([0, 1, 2, 0, 1, 2], [3, 4, 5]), 0.0, None),
        (
            with_own_split([0, 1, 2, 0, 1], [3, 4]),
            0.1,
            "no held-out face of 'neutral', which has 1: expected at least one of each class in "
            "both its train and its validation split",
        ),
        (
            with_own_split([0, 1, 0, 1, 2], [2, 3, 4]),
            0.1,
            "no training face of 'neutral', which has 1: expected at least one of each class in "
            "both its train and its validation split",
        ),
    ],
)
def test_a_class_without_held_out_or_training_faces_is_named(
    faces: Faces, fraction: float, line: str | None
) -> None:
    assert unmeasured(faces, fraction, seed=0) == line
