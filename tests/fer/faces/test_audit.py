"""An audit finds every planted defect, and agrees with an independent count on FER2013."""

import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from faces_sources import CLASSES, noise, png, write_zip
from PIL import Image
from typer.testing import CliRunner

from fer.commands.data import app
from fer.errors import BadInput
from fer.faces.audit import audit
from fer.faces.audit_page import audit_page

nearly_flat = np.full((48, 48), 100, np.uint8)
nearly_flat[:3] = 110


@pytest.fixture
def suspicious(tmp_path: Path) -> str:
    """One of each defect that an audit looks for."""
    images = {
        "train/angry/alone": png(noise(0)),
        "train/angry/twice-a": png(noise(1)),
        "train/angry/twice-b": png(noise(1)),
        "train/happy/conflict-a": png(noise(2)),
        "train/neutral/conflict-b": png(noise(2)),
        "train/happy/leaked": png(noise(3)),
        "test/happy/leak": png(noise(3)),
        "test/neutral/test-only": png(noise(4)),
        "train/happy/flat": png(100),
        "train/happy/nearly-flat": png(nearly_flat),
        "train/sad/another-class": png(noise(1)),
        "train/happy/cut": png(noise(5))[:900],
        "train/happy/large": png(0, size=(50, 50)),
    }
    entries = {f"{name}.png": content for name, content in images.items()}
    return str(write_zip(tmp_path / "<b>f&.zip", entries))


def test_every_planted_defect_is_found(suspicious: str) -> None:
    numbers = audit(suspicious, CLASSES).as_json()
    assert numbers["counts"] == {
        "test": {"happy": 1, "neutral": 1},
        "train": {"angry": 3, "happy": 4, "neutral": 1},
    }
    assert (numbers["duplicate_groups"], numbers["duplicate_images"]) == (3, 6)
    assert numbers["conflicts"] == [["train/happy/conflict-a", "train/neutral/conflict-b"]]
    assert numbers["leaks"] == ["test/happy/leak"]
    assert numbers["flat"] == ["train/happy/flat", "train/happy/nearly-flat"]
    assert numbers["unreadable"] == [
        "<b>f&.zip: train/happy/cut.png: damaged image: image file is truncated",
        "<b>f&.zip: train/happy/large.png: size 50×50: expected 48×48",
    ]


def test_all_classes_are_counted_where_none_is_named(suspicious: str) -> None:
    result = audit(suspicious)
    assert result.counts["train"]["sad"] == 1
    assert len(result.conflicts) == 2
    assert len(result.duplicates[0]) == 3


def test_mean_and_sd_are_those_of_all_pixels(tmp_path: Path) -> None:
    images = [noise(seed) for seed in range(5)]
    source = write_zip(
        tmp_path / "f.zip", {f"train/happy/{i}.png": png(image) for i, image in enumerate(images)}
    )
    result = audit(str(source))
    assert result.mean == pytest.approx(np.mean(images))
    assert result.sd == pytest.approx(np.std(images))


def test_a_bad_csv_row_is_listed_by_its_line(tmp_path: Path) -> None:
    pixels = " ".join(map(str, noise(0).ravel()))
    source = tmp_path / "f.csv"
    source.write_text(f"emotion,pixels\n3,{pixels}\n3,{pixels} 1\n9,{pixels}\n")
    result = audit(str(source))
    assert result.counts == {"train": {"happy": 1}}
    assert [line.split(": ")[1] for line in result.unreadable] == ["line 3", "line 4"]


def test_test_faces_of_another_source_are_compared_with_train(tmp_path: Path) -> None:
    train = str(write_zip(tmp_path / "a.zip", {"train/happy/1.png": png(noise(1))}))
    test = str(
        write_zip(tmp_path / "b.zip", {f"test/{seed}.png": png(noise(seed)) for seed in (1, 2)})
    )
    numbers = audit(train, None, test).as_json()
    assert numbers["counts"] == {"test": {"(unlabelled)": 2}, "train": {"happy": 1}}
    assert numbers["leaks"] == ["test/1"]
    with pytest.raises(BadInput, match=r"a\.zip: expected test faces in .*a\.zip alone"):
        audit(train, None, train)


@pytest.mark.parametrize(("has", "lacks"), [("train", "test"), ("test", "train")])
def test_leaks_are_not_counted_where_there_is_nothing_to_compare(
    tmp_path: Path, has: str, lacks: str
) -> None:
    source = str(write_zip(tmp_path / "f.zip", {f"{has}/happy/1.png": png(noise(1))}))
    result = audit(source)
    unchecked = f"no {lacks} split in this source: leaks not checked"
    assert result.as_json()["leaks"] is None
    assert result.leaks_unchecked == unchecked
    page = audit_page(result)
    assert f"{unchecked.capitalize()}." in page
    assert "Leaks: 0" not in page
    printed = CliRunner().invoke(app, ["audit", source]).stdout
    assert f"train/test leaks  {unchecked}\n" in printed


def test_one_leak_and_none_are_counted_in_words(tmp_path: Path) -> None:
    entries = {"train/happy/1.png": png(noise(1)), "test/happy/2.png": png(noise(1))}
    one = CliRunner().invoke(app, ["audit", str(write_zip(tmp_path / "1.zip", entries))])
    assert "train/test leaks  1 test image is also in train\n" in one.stdout
    entries["test/happy/2.png"] = png(noise(2))
    none = CliRunner().invoke(app, ["audit", str(write_zip(tmp_path / "0.zip", entries))])
    assert "train/test leaks  0 test images are also in train\n" in none.stdout


def test_a_page_and_json_name_the_source_without_its_folders(
    suspicious: str, tmp_path: Path
) -> None:
    result = audit(suspicious, CLASSES)
    assert result.source == "<b>f&.zip"
    assert "<title>Audit of &lt;b&gt;f&amp;.zip</title>" in audit_page(result)
    for text in (audit_page(result), json.dumps(result.as_json())):
        assert str(tmp_path) not in text


@pytest.mark.parametrize("names", [("fear",), ("fear", "disgust")])
def test_an_audit_of_missing_classes_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    source = str(write_zip(tmp_path / "f.zip", {"train/happy/1.png": png(noise(1))}))
    with pytest.raises(BadInput, match=f"no faces of {', '.join(names)} in it"):
        audit(source, names)


def test_a_source_that_leads_out_of_its_archive_is_refused_by_the_audit_too(
    tmp_path: Path,
) -> None:
    with pytest.raises(BadInput, match="leads out of the archive"):
        audit(str(write_zip(tmp_path / "f.zip", {"../x.png": png(noise(1))})))


class Page(HTMLParser):
    """The tags of a page, and the addresses in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.policy = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.addresses += [values[key] or "" for key in ("src", "href") if key in values]
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""


def test_the_page_is_self_contained_and_runs_no_script(suspicious: str) -> None:
    page = Page(audit_page(audit(suspicious, CLASSES)))
    assert "default-src 'none'" in page.policy
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert page.addresses
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)


def test_the_page_shows_names_as_text_and_draws_what_it_lists(suspicious: str) -> None:
    text = audit_page(audit(suspicious, CLASSES))
    assert "<b>f" not in text
    assert "&lt;b&gt;f&amp;.zip" in text
    for name in ("conflict-a", "twice-b", "test/happy/leak", "nearly-flat", "image file is trunc"):
        assert name in text
    # The conflict and its group, the leak, two flat ones, and three groups of two.
    assert Page(text).tags.count("img") == 2 + 1 + 2 + 6
    assert "color-scheme: light dark" in text
    assert 'name="viewport"' in text


def test_a_page_of_many_groups_stays_small(tmp_path: Path) -> None:
    entries = {f"train/happy/{i}-{j}.png": png(noise(i)) for i in range(100) for j in range(2)}
    text = audit_page(audit(str(write_zip(tmp_path / "f.zip", entries))))
    assert "Duplicate groups: 100" in text
    assert len(text) < 1_000_000


def test_the_command_prints_json_and_writes_the_page(suspicious: str, tmp_path: Path) -> None:
    page = tmp_path / "audit.html"
    names = ",".join(CLASSES)
    result = CliRunner().invoke(
        app, ["audit", suspicious, "--classes", names, "--json", "--html", str(page)]
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout) == audit(suspicious, CLASSES).as_json()
    assert page.read_text().startswith("<!doctype html>")


def test_the_command_prints_the_numbers(suspicious: str) -> None:
    result = CliRunner().invoke(app, ["audit", suspicious, "--classes", ",".join(CLASSES)])
    assert result.exit_code == 0
    assert "<b>f&.zip" in result.stdout
    for line in (
        r"duplicate groups +3 \(6 images\)",
        r"label conflicts +1 of",
        r"train/test leaks +1 test",
        r"flat images +2",
        r"unreadable +2",
        r"large\.png: size 50×50: expected 48×48",
    ):
        assert re.search(line, result.stdout)


def pixels_by_place(archive: Path) -> dict[str, bytes]:
    """Decoded pixels by name, read without the code under test."""
    with zipfile.ZipFile(archive) as entries:
        return {
            name: Image.open(io.BytesIO(entries.read(name))).tobytes()
            for name in entries.namelist()
            if name.endswith(".png") and (name.startswith("test/") or name.split("/")[1] in CLASSES)
        }


@pytest.mark.realdata
def test_the_numbers_of_fer2013_cut_to_three_classes(real_data: Path) -> None:
    train, test = (real_data / f"fer2013-{name}.zip" for name in ("train", "test-unlabelled"))
    places = defaultdict(list)
    images = {**pixels_by_place(train), **pixels_by_place(test)}
    for name, pixels in images.items():
        places[hashlib.sha256(pixels).hexdigest()].append(name.split("/"))
    groups = [names for names in places.values() if len(names) > 1]
    within = [names for names in groups if sum(name[0] == "train" for name in names) > 1]

    both = audit(str(train), CLASSES, str(test))
    assert both.counts == {
        "test": {"(unlabelled)": 3965},
        "train": {"angry": 3995, "happy": 7215, "neutral": 4965},
    }
    assert (len(both.duplicates), sum(map(len, both.duplicates))) == (451, 999)
    assert (len(groups), sum(map(len, groups))) == (451, 999)
    leaks = [name for names in groups for name in names if name[0] == "test"]
    leaked = [n for n in leaks if any(o[0] == "train" for g in groups if n in g for o in g)]
    assert len(both.leaks) == len(leaked) == 162
    conflicts = [names for names in within if len({n[1] for n in names if n[0] == "train"}) > 1]
    assert len(both.conflicts) == len(conflicts) == 3
    levels = np.frombuffer(b"".join(images.values()), np.uint8)
    assert both.mean == pytest.approx(levels.mean())
    assert both.sd == pytest.approx(levels.std(dtype=np.float64))
    flat = sum(np.frombuffer(pixels, np.uint8).std() < 5 for pixels in images.values())
    assert len(both.flat) == flat
    assert both.unreadable == []

    alone = audit(str(train), CLASSES)
    assert len(alone.duplicates) == len(within)
    assert sum(map(len, alone.duplicates)) == sum(
        sum(name[0] == "train" for name in names) for names in within
    )
    assert (len(alone.conflicts), alone.leaks) == (3, None)
