"""Every kind of source gives the same faces."""

import io
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, noise, png, write_folder, write_zip
from PIL import Image

from fer.errors import BadInput
from fer.faces import load_faces, open_source, require_labels


def pixels(value: np.ndarray) -> str:
    return " ".join(map(str, value.ravel()))


@pytest.mark.parametrize("kind", ["zip", "folder", "nested zip"])
def test_images_in_folders_become_faces(
    tmp_path: Path, entries: dict[str, bytes], kind: str
) -> None:
    if kind == "nested zip":
        entries = {f"fer2013/images/{name}": content for name, content in entries.items()}
    source = tmp_path / ("faces" if kind == "folder" else "faces.zip")
    (write_folder if kind == "folder" else write_zip)(source, entries)
    train = load_faces(str(source), "train", CLASSES)
    assert train.labels is not None
    assert train.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert train.ids == ("angry-0", "angry-1", "happy-0", "happy-1", "neutral-0", "neutral-1")
    for seed in range(6):
        assert np.array_equal(train.images[seed], noise(seed))
    test = load_faces(str(source), "test", ("happy", "angry"))
    assert test.labels is not None
    assert dict(zip(test.ids, test.labels.tolist(), strict=True)) == {"a": 0, "b": 1}


def test_classes_map_by_name_in_the_asked_order(tmp_path: Path, entries: dict[str, bytes]) -> None:
    source = str(write_zip(tmp_path / "faces.zip", entries))
    faces = load_faces(source, "train", ("sad", "neutral"))
    assert faces.labels is not None
    assert dict(zip(faces.ids, faces.labels.tolist(), strict=True)) == {
        "neutral-0": 1,
        "neutral-1": 1,
        "sad-0": 0,
    }
    assert faces.hash != load_faces(source, "train", ("neutral", "sad")).hash


def test_test_images_without_class_folders_are_unlabelled(tmp_path: Path) -> None:
    source = str(write_zip(tmp_path / "t.zip", {"test/7.png": png(noise(7)), "test/8.png": png(8)}))
    faces = load_faces(source, "test", CLASSES)
    assert faces.labels is None
    assert faces.ids == ("7", "8")
    with pytest.raises(BadInput, match=r"t\.zip: its test images have no labels"):
        require_labels(faces, source, "test")


@pytest.mark.parametrize("header", ["emotion,pixels,Usage", " emotion , pixels, Usage"])
def test_a_kaggle_csv_becomes_faces(tmp_path: Path, header: str) -> None:
    rows = [(0, 1, "Training"), (3, 2, "Training"), (6, 3, "PublicTest"), (3, 4, "PrivateTest")]
    lines = [f"{label},{pixels(noise(seed))},{usage}" for label, seed, usage in rows]
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    train = load_faces(str(path), "train", ("angry", "happy"))
    assert train.labels is not None
    assert train.labels.tolist() == [0, 1]
    assert np.array_equal(train.images[1], noise(2))
    test = load_faces(str(path), "test", ("happy", "neutral"))
    assert test.labels is not None
    assert (test.labels.tolist(), test.ids) == ([1, 0], ("2", "3"))


def test_the_two_column_csvs_of_the_competition(tmp_path: Path) -> None:
    train = tmp_path / "train.csv"
    train.write_text(f"emotion,pixels\n3,{pixels(noise(1))}\n0,{pixels(noise(2))}\n")
    faces = load_faces(str(train), "train", ("angry", "happy"))
    assert faces.labels is not None
    assert faces.labels.tolist() == [1, 0]
    test = tmp_path / "test.csv"
    test.write_text(f"pixels\n{pixels(noise(3))}\n")
    assert load_faces(str(test), "test", CLASSES).labels is None


def test_a_npz_becomes_faces(tmp_path: Path) -> None:
    images = np.stack([noise(seed) for seed in range(3)])
    by_number, by_name = tmp_path / "a.npz", tmp_path / "b.npz"
    np.savez(by_number, train_images=images, train_labels=[0, 3, 6], test_images=images)
    np.savez(by_name, train_images=images, train_labels=["Angry", "happy ", "neutral"])
    first, second = (load_faces(str(path), "train", CLASSES) for path in (by_number, by_name))
    assert first.labels is not None
    assert first.labels.tolist() == [0, 1, 2]
    assert first.hash == second.hash
    assert load_faces(str(by_number), "test", CLASSES).labels is None


def test_an_image_in_equal_channels_counts_as_gray(tmp_path: Path) -> None:
    source = {
        "train/happy/rgb.png": png(noise(1), mode="RGB"),
        "train/angry/gray.png": png(noise(1)),
    }
    faces = load_faces(str(write_zip(tmp_path / "f.zip", source)), "train", ("angry", "happy"))
    assert np.array_equal(faces.images[0], faces.images[1])


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_is_read_to_the_pixels_that_it_holds(tmp_path: Path, mode: str) -> None:
    smooth = np.add.outer(np.arange(48), 2 * np.arange(48)).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(smooth).convert(mode).save(content, "JPEG", quality=95)
    names = ("train/angry/a.jpg", "train/angry/b.JPEG", "train/happy/c.jpeg")
    source = str(write_zip(tmp_path / "f.zip", dict.fromkeys(names, content.getvalue())))
    faces = load_faces(source, "train", ("angry", "happy"))
    assert faces.ids == ("a", "b", "c")
    for image in faces.images:
        assert np.abs(image.astype(int) - smooth).max() < 8, "JPEG loses a little"
        assert np.array_equal(image, np.asarray(Image.open(content).convert("L")))


def test_loaded_faces_cannot_be_changed_on_disk(tmp_path: Path) -> None:
    source = str(write_zip(tmp_path / "t.zip", {"test/7.png": png(noise(7))}))
    assert not load_faces(source, "test", CLASSES).images.flags.writeable


def test_faces_have_the_hash_by_which_runs_of_version_0_1_know_them(
    tmp_path: Path, entries: dict[str, bytes]
) -> None:
    rows = [(0, 1, "Training"), (3, 2, "Training"), (6, 3, "Training"), (4, 4, "PublicTest")]
    lines = [f"{label},{pixels(noise(seed))},{usage}" for label, seed, usage in rows]
    (tmp_path / "f.csv").write_text("\n".join(["emotion,pixels,Usage", *lines]) + "\n")
    images = np.stack([noise(seed) for seed in range(3)])
    np.savez(tmp_path / "f.npz", train_images=images, train_labels=[0, 3, 6])
    packed = "85fe20d67bda61284bf40cab11d235d81bdf8218d6139ddb9e081e30216a0424"
    for source, expected in (
        (write_zip(tmp_path / "f.zip", entries), packed),
        (write_folder(tmp_path / "f", entries), packed),
        (tmp_path / "f.csv", "4724084f0dab3be532277ca37e566ef2a92c7549a5caf9bdfb86f4eaa41c8594"),
        (tmp_path / "f.npz", "20aa8f984da5894218e96680d1fce7f38afd18b55abb17ff44c4c7bdab71f063"),
    ):
        assert load_faces(str(source), "train", CLASSES).hash == expected
    test = load_faces(str(tmp_path / "f.zip"), "test", ("happy", "angry"))
    assert test.hash == "8d7bca730144aa97a93a28c388e79521a61be90e72c2a7c6c161a3718650e9bf"


def test_arrays_of_a_validation_split_are_held_out_and_other_arrays_are_named(
    tmp_path: Path,
) -> None:
    images = np.stack([noise(seed) for seed in range(6)])
    arrays = {"train_images": images[:3], "train_labels": [0, 3, 6]}
    arrays |= {"val_images": images[3:], "val_labels": [0, 3, 6], "ages": np.zeros(3)}
    np.savez(tmp_path / "f.npz", **arrays)
    faces = load_faces(str(tmp_path / "f.npz"), "train", CLASSES)
    assert faces.held_out is not None
    assert faces.held_out.tolist() == [3, 4, 5]
    assert faces.ids == (*(f"train/{i}" for i in range(3)), *(f"validation/{i}" for i in range(3)))
    assert open_source(str(tmp_path / "f.npz")).notes.remarks == ("arrays not used: ages",)


@pytest.mark.realdata
def test_the_real_archive_cut_to_three_classes(real_data: Path) -> None:
    faces = load_faces(str(real_data / "fer2013-train.zip"), "train", CLASSES)
    assert np.bincount(faces.labels).tolist() == [3995, 7215, 4965]  # type: ignore[arg-type]
    assert faces.images.shape == (16_175, 48, 48)
    assert faces.hash == "7f9f4ac0e394bbfe22cd556d88c9037e61e776029af386c921adf268db72cf6b"
    test = load_faces(str(real_data / "fer2013-test-unlabelled.zip"), "test", CLASSES)
    assert (len(test), test.labels) == (3965, None)
