"""Tables of faces are read in every usual spelling, separator, encoding and archive."""

import bz2
import gzip
import lzma
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, noise, png, row, write_folder, write_tar, write_zip

from fer.errors import BadInput
from fer.faces import Faces, load_faces, open_source

HEADER = "emotion,pixels,Usage\n"
PLAIN = HEADER + row(0, 1, "Training") + row(3, 2, "Training") + row(6, 3, "Training")


@pytest.fixture
def plain(tmp_path: Path) -> Faces:
    (tmp_path / "plain.csv").write_text(PLAIN)
    return load_faces(str(tmp_path / "plain.csv"), "train", CLASSES)


@pytest.mark.parametrize(
    ("name", "pack"),
    [("f.csv.gz", gzip.compress), ("F.CSV.BZ2", bz2.compress), ("f.csv.xz", lzma.compress)],
)
def test_a_compressed_csv_is_read(tmp_path: Path, plain: Faces, name: str, pack) -> None:
    (tmp_path / name).write_bytes(pack(PLAIN.encode()))
    assert load_faces(str(tmp_path / name), "train", CLASSES).hash == plain.hash


@pytest.mark.parametrize(
    ("name", "mode"),
    [("f.tar.gz", "w:gz"), ("f.tgz", "w:gz"), ("f.tar", "w"), ("f.tar.xz", "w:xz")],
)
def test_kaggles_tar_of_a_csv_is_read(tmp_path: Path, plain: Faces, name: str, mode: str) -> None:
    entries = {"fer2013/README": b"x", "fer2013/._fer2013.csv": b"x"}
    entries |= {"fer2013/fer2013.csv": PLAIN.encode(), "fer2013/fer2013.bib": b"x"}
    source = str(write_tar(tmp_path / name, entries, mode))
    assert load_faces(source, "train", CLASSES).hash == plain.hash
    assert open_source(source).notes.remarks == (
        "2 files not read: 1 .bib, 1 without an ending (first: fer2013/README)",
    )


def test_a_csv_in_a_zip_or_folder_is_read(tmp_path: Path, plain: Faces) -> None:
    entries = {"data/fer2013.csv": PLAIN.encode(), "__MACOSX/data/._fer2013.csv": b"x"}
    for source in (write_zip(tmp_path / "f.zip", entries), write_folder(tmp_path / "f", entries)):
        assert load_faces(str(source), "train", CLASSES).hash == plain.hash


def test_a_folder_is_read_again_when_its_csv_changes(tmp_path: Path, plain: Faces) -> None:
    folder = write_folder(tmp_path / "f", {"a.csv": PLAIN.encode()})
    assert load_faces(str(folder), "train", CLASSES).hash == plain.hash
    (folder / "a.csv").write_text(PLAIN + row(0, 4, "Training"))
    assert len(load_faces(str(folder), "train", CLASSES)) == 4


def test_several_tables_are_refused_by_their_names_with_what_to_do(tmp_path: Path) -> None:
    entries = {"train.csv": PLAIN.encode(), "test.csv": PLAIN.encode()}
    refusal = r"2 tables and no images in it \(test.csv, train.csv\): .* name the table"
    for source in (write_zip(tmp_path / "f.zip", entries), write_folder(tmp_path / "f", entries)):
        with pytest.raises(BadInput, match=refusal):
            load_faces(str(source), "train", CLASSES)


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_other_delimiters_and_utf_16_are_read(
    tmp_path: Path, plain: Faces, delimiter: str, encoding: str
) -> None:
    name = "f.tsv" if delimiter == "\t" else "f.csv"
    (tmp_path / name).write_text(PLAIN.replace(",", delimiter), encoding=encoding)
    assert load_faces(str(tmp_path / name), "train", CLASSES).hash == plain.hash


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-16-le", "UTF-16 without a byte order mark"),
        ("utf-16-be", "UTF-16 without a byte order mark"),
        ("utf-32", "UTF-32"),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, encoding: str, named: str) -> None:
    (tmp_path / "f.csv").write_text(PLAIN, encoding=encoding)
    with pytest.raises(BadInput, match=f"encoded in {named}.*: save it as UTF-8"):
        load_faces(str(tmp_path / "f.csv"), "train", CLASSES)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("Training", "val", "PublicTest"),
        ("TRAIN", "Valid", "Test"),
        ("train", "validation", "test"),
    ],
)
def test_usage_is_read_in_its_usual_spellings(
    tmp_path: Path, train: str, validation: str, test: str
) -> None:
    rows = [row(0, 1, train), row(3, 2, train), row(3, 3, validation), row(6, 4, test)]
    (tmp_path / "f.csv").write_text(HEADER + "".join(rows))
    prepared = open_source(str(tmp_path / "f.csv"))
    assert {split: part.ids.tolist() for split, part in prepared.items()} == {
        "train": ["0", "1"],
        "validation": ["2"],
        "test": ["3"],
    }


def test_columns_that_are_not_needed_are_ignored_and_named_once(
    tmp_path: Path, plain: Faces
) -> None:
    text = ",emotion,pixels,id,Usage,Unnamed: 0,source\n" + "".join(
        f"{i},{label},{' '.join(map(str, noise(seed).ravel()))},x{i},Training,{i},web\n"
        for i, (label, seed) in enumerate([(0, 1), (3, 2), (6, 3)])
    )
    (tmp_path / "f.csv").write_text(text)
    source = str(tmp_path / "f.csv")
    assert load_faces(source, "train", CLASSES).hash == plain.hash
    assert open_source(source).notes.remarks == ("columns not used: id, source",)


def test_an_unneeded_column_may_resemble_usage_a_little(tmp_path: Path, plain: Faces) -> None:
    rows = [row(label, seed, "x.png") for label, seed in [(0, 1), (3, 2), (6, 3)]]
    (tmp_path / "f.csv").write_text("emotion,pixels,image\n" + "".join(rows))
    assert load_faces(str(tmp_path / "f.csv"), "train", CLASSES).hash == plain.hash


def test_labels_and_pixels_that_went_through_floats_are_read(tmp_path: Path, plain: Faces) -> None:
    text = HEADER + "".join(
        f"{label}.0,{' '.join(f'{value}.0' for value in noise(seed).ravel())},Training\n"
        for label, seed in [(0, 1), (3, 2), (6, 3)]
    )
    (tmp_path / "f.csv").write_text(text)
    assert load_faces(str(tmp_path / "f.csv"), "train", CLASSES).hash == plain.hash


def test_labels_are_read_by_their_usual_names_and_contempt_is_left_out(
    tmp_path: Path, plain: Faces
) -> None:
    rows = [row("Anger", 1), row("HAPPINESS", 2), row("contempt", 9), row("neutrality", 3)]
    (tmp_path / "f.csv").write_text("emotion,pixels\n" + "".join(rows))
    source = str(tmp_path / "f.csv")
    assert load_faces(source, "train", CLASSES).hash == plain.hash
    assert open_source(source).notes.remarks == (
        "1 face left out: 1 contempt, which is none of the seven classes",
    )


@pytest.mark.parametrize("keep", [30, -60])
def test_a_damaged_compressed_csv_is_refused(tmp_path: Path, keep: int) -> None:
    content = gzip.compress(PLAIN.encode())
    (tmp_path / "f.csv.gz").write_bytes(content[:keep])
    with pytest.raises(BadInput, match=r"f\.csv\.gz: damaged: "):
        load_faces(str(tmp_path / "f.csv.gz"), "train", CLASSES)


def test_images_win_over_a_table_beside_them_which_is_counted(tmp_path: Path) -> None:
    entries = {"train/happy/1.png": png(noise(1)), "labels.csv": PLAIN.encode()}
    prepared = open_source(str(write_folder(tmp_path / "f", entries)))
    assert len(prepared["train"].images) == 1
    assert prepared.notes.unread[0].startswith("labels.csv: not read")


VOTES = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
)


def votes(usage: str, **counts: int) -> str:
    names = VOTES.strip().split(",")[2:]
    return ",".join([usage, "fer.png", *(str(counts.get(name, 0)) for name in names)]) + "\n"


@pytest.fixture
def ferplus(tmp_path: Path) -> Path:
    """Eight rows whose FER2013 labels are all sad."""
    usages = ["Training"] * 6 + ["PublicTest", "PrivateTest"]
    rows = [row(4, seed, usage) for seed, usage in enumerate(usages)]
    (tmp_path / "fer2013.csv").write_text(HEADER + "".join(rows))
    lines = [
        votes("Training", happiness=6, neutral=4),
        votes("Training", anger=3, neutral=2, sadness=2, fear=2, disgust=1),
        votes("Training", unknown=5, happiness=4),
        votes("Training", NF=10),
        votes("Training", contempt=8, neutral=2),
        votes("Training", happiness=5, surprise=5),
        votes("PublicTest", neutral=10),
        votes("PrivateTest", surprise=9, fear=1),
    ]
    path = tmp_path / "fer2013new.csv"
    path.write_text(VOTES + "".join(lines))
    return path


def test_ferplus_labels_are_the_most_votes_and_what_is_left_out_is_counted(ferplus: Path) -> None:
    prepared = open_source(str(ferplus))
    train, test = prepared["train"], prepared["test"]
    assert (train.labels.tolist(), train.ids.tolist()) == ([3, 0], ["0", "1"])
    assert (test.labels.tolist(), test.ids.tolist()) == ([6, 5], ["6", "7"])
    assert np.array_equal(train.images[1], noise(1))
    assert prepared.notes.remarks == (
        "labels: the most votes in fer2013new.csv; images: fer2013.csv",
        "4 faces left out: 1 contempt, which is none of the seven classes, 1 not a face, 1 ties, "
        "1 unknown",
    )


def test_ferplus_is_read_again_when_the_images_beside_it_change(ferplus: Path) -> None:
    before = load_faces(str(ferplus), "train", ("angry", "happy"))
    images = ferplus.with_name("fer2013.csv")
    lines = images.read_text().splitlines(keepends=True)
    images.write_text("".join([lines[0], row(4, 50, "Training"), *lines[2:]]))
    after = load_faces(str(ferplus), "train", ("angry", "happy"))
    assert np.array_equal(after.images[0], noise(50))
    assert before.hash != after.hash


def test_ferplus_without_its_images_says_what_to_do(ferplus: Path, tmp_path: Path) -> None:
    packed = write_zip(tmp_path / "f.zip", {"fer2013new.csv": ferplus.read_bytes()})
    ferplus.with_name("fer2013.csv").unlink()
    for source in (ferplus, packed):
        with pytest.raises(BadInput, match=r"no pixels: .*put FER2013's fer2013.csv beside it"):
            open_source(str(source))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: lines[:-1], "7 rows, but 8 in fer2013.csv: expected as many"),
        (lambda lines: [*lines, lines[-1]], "9 rows, but 8 in fer2013.csv: expected as many"),
        (
            lambda lines: [lines[0], *lines[:0:-1]],
            "row 1 is in test, but in train in fer2013.csv: expected the same rows in the same",
        ),
        (lambda lines: [*lines[:2], lines[2].replace("3", "x")], "line 3: anger = 'x': expected a"),
    ],
)
def test_votes_that_are_not_of_these_images_are_refused(ferplus: Path, change, line: str) -> None:
    ferplus.write_text("".join(change(ferplus.read_text().splitlines(keepends=True))))
    with pytest.raises(BadInput) as caught:
        open_source(str(ferplus))
    assert str(caught.value).startswith(f"{ferplus}: {line}")
