"""Pictures with boxes are drawn beside the photos, never over them."""

from pathlib import Path

import pytest
from PIL import Image, ImageColor

from fer.errors import BadInput
from fer.photos import Box, Prediction
from fer.photos.draw import COLOUR, draw, drawn_files, write_drawn

HAPPY = {"angry": 0.1, "happy": 0.9}


def test_a_box_is_outlined_and_labelled_above() -> None:
    image = Image.new("RGB", (800, 600), "gray")
    picture = draw(image, [Prediction("happy", HAPPY, Box(200, 150, 300, 300))])
    blue = ImageColor.getrgb(COLOUR)
    assert picture.size == image.size
    assert [picture.getpixel(at) for at in ((200, 400), (499, 300), (300, 449))] == [blue] * 3
    assert picture.getpixel((201, 149)) == blue, "the label"
    assert picture.getpixel((350, 300)) == image.getpixel((350, 300))
    assert image.getpixel((200, 400)) != blue, "the image itself is left as it is"


def test_a_small_crop_is_enlarged_and_outlined_as_a_whole() -> None:
    picture = draw(Image.new("RGB", (48, 48)), [Prediction("happy", HAPPY, None)])
    assert picture.size == (336, 336)
    corners = [picture.getpixel((x, y)) for x in (0, 335) for y in (0, 335)]
    assert corners == [ImageColor.getrgb(COLOUR)] * 4


@pytest.mark.parametrize("mode", ["RGBA", "I;16", "CMYK", "P", "1"])
def test_a_photo_of_any_mode_is_drawn(tmp_path: Path, mode: str) -> None:
    Image.new("L", (400, 400), 255).convert("I" if mode == "I;16" else mode).save(
        tmp_path / "a.tif"
    )
    write_drawn(tmp_path / "a.tif", [], tmp_path / "b.png")
    with Image.open(tmp_path / "b.png") as drawn:
        assert (drawn.mode, drawn.size) == ("RGB", (400, 400))


@pytest.mark.parametrize(
    ("photos", "names"),
    [
        (["x/a.png", "x/b.jpeg"], ["a.jpg", "b.jpg"]),
        (["x/a.png", "y/z/a.png"], ["x/a.jpg", "y/z/a.jpg"]),
        (["../a.png", "b.png"], ["a.jpg", "here/b.jpg"]),
        (["a.png", "a.gif"], ["a.png.jpg", "a.gif.jpg"]),
    ],
    ids=["own names", "folders", "not above the folder", "endings"],
)
def test_pictures_have_the_photos_names_below_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: list[str], names: list[str]
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    files = drawn_files([Path(photo) for photo in photos], Path("drawn"))
    assert files == [Path("drawn") / name for name in names]


def test_one_photo_may_be_drawn_to_a_named_file() -> None:
    assert drawn_files([Path("a.jpg")], Path("b.PNG")) == [Path("b.PNG")]


@pytest.mark.parametrize(
    ("photos", "to", "complaint"),
    [
        (["a.jpg", "b.jpg"], "c.png", "one file for 2 photos: expected a folder"),
        (["a.jpg"], "c.tiff", r"a name ending in \.jpg, \.jpeg, \.png or \.webp"),
        (["a.jpg"], "file", "a file: expected a folder, or a name ending in"),
        (["a.jpg"], "a.jpg", r"would replace a\.jpg: expected another folder or name"),
        (["a.jpg", "b.jpg"], ".", r"would replace a\.jpg: expected another folder or name"),
    ],
)
def test_what_would_replace_a_photo_or_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: list[str], to: str, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=f"--draw .*{complaint}"):
        drawn_files([Path(photo) for photo in photos], Path(to))
