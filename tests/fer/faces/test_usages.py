"""Which test images are FER2013's PublicTest and PrivateTest is known where the source tells."""

from pathlib import Path

import pytest
from faces_sources import CLASSES, noise, png, row, write_folder, write_zip

from fer.faces import load_faces

HEADER = "emotion,pixels,Usage\n"
TRAIN = [row(label, seed, "Training") for seed, label in enumerate((0, 3, 6))]
TEST = [
    row(0, 3, "PublicTest"),
    row(1, 4, "PublicTest"),  # disgust, which is cut
    row(3, 5, "PrivateTest"),
    row(6, 6, " privatetest "),
]


def test_kaggles_csv_names_the_part_of_each_test_image_also_from_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(HEADER + "".join(TRAIN + TEST))
    for _ in range(2):
        assert load_faces(str(path), "test", CLASSES).usages == (
            "PublicTest",
            "PrivateTest",
            "PrivateTest",
        )
        assert load_faces(str(path), "train", CLASSES).usages is None


def test_the_parts_are_not_part_of_the_faces_hash(tmp_path: Path) -> None:
    named, unnamed = tmp_path / "named.csv", tmp_path / "unnamed.csv"
    text = HEADER + "".join(TRAIN + TEST)
    named.write_text(text)
    unnamed.write_text(text.replace("PublicTest", "test").replace("PrivateTest", "test")
                       .replace("privatetest", "test"))  # fmt: skip
    one, other = (load_faces(str(path), "test", CLASSES) for path in (named, unnamed))
    assert other.usages is None
    assert one.hash == other.hash


@pytest.mark.parametrize(
    ("public", "private"),
    [
        ("test/{}/PublicTest_1.png", "test/{}/PrivateTest_2.png"),
        ("PublicTest/{}/1.png", "PrivateTest/{}/2.png"),
    ],
)
def test_images_named_after_their_part_or_in_its_folder_tell_it(
    tmp_path: Path, public: str, private: str
) -> None:
    entries = {}
    for seed, name in enumerate(CLASSES):
        entries[public.format(name)] = png(noise(seed))
        entries[private.format(name)] = png(noise(10 + seed))
    for source in (write_folder(tmp_path / "f", entries), write_zip(tmp_path / "f.zip", entries)):
        faces = load_faces(str(source), "test", CLASSES)
        assert faces.usages is not None
        assert sorted(faces.usages) == ["PrivateTest"] * 3 + ["PublicTest"] * 3
