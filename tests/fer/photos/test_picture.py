"""An image of any kind, size, mode and orientation becomes an upright gray picture, and a crop."""

import io
from pathlib import Path

import numpy as np
import pytest
from made_photos import corner, gradient, save_turned
from PIL import Image

from fer.errors import BadInput
from fer.photos import Photo, read_picture, whole
from fer.photos.crop import LEAST


def read(path: Path) -> Photo:
    """A file as one crop."""
    return whole(read_picture(path, least=LEAST))


def pixels_of(image: "Path | Image.Image | np.ndarray") -> np.ndarray:
    """The pixels of that crop."""
    return whole(read_picture(image, least=LEAST)).crops[0].pixels


def quarters(pixels: np.ndarray) -> list[int]:
    """Which of the four quarters are bright: upper left, upper right, lower left, lower right."""
    blocks = (pixels[:20, :20], pixels[:20, 28:], pixels[28:, :20], pixels[28:, 28:])
    return [int(block.mean() > 127) for block in blocks]


def test_an_exact_gray_image_is_used_as_it_is(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "face.png")
    photo = read(tmp_path / "face.png")
    assert np.array_equal(photo.crops[0].pixels, pixels)
    assert photo.changes == ()


@pytest.mark.parametrize(
    ("orientation", "bright"),
    [
        (1, [1, 0, 0, 0]),
        (2, [0, 1, 0, 0]),
        (3, [0, 0, 0, 1]),
        (4, [0, 0, 1, 0]),
        (5, [1, 0, 0, 0]),
        (6, [0, 1, 0, 0]),
        (7, [0, 0, 0, 1]),
        (8, [0, 0, 1, 0]),
    ],
)
def test_a_phones_photo_is_turned_upright(
    tmp_path: Path, orientation: int, bright: list[int]
) -> None:
    photo = read(save_turned(tmp_path / "a.jpg", corner(1200, 1200), orientation))
    assert quarters(photo.crops[0].pixels) == bright
    assert ("turned as its EXIF says" in photo.changes) == (orientation != 1)


def test_what_was_done_is_said_with_the_upright_size(tmp_path: Path) -> None:
    photo = read(save_turned(tmp_path / "a.jpg", corner(400, 300), 6))
    assert photo.changes == (
        "turned as its EXIF says",
        "gray from RGB",
        "centre square",
        "resized from 300×400",
    )


@pytest.mark.parametrize(("size", "shift"), [((480, 240), (120, 0)), ((240, 480), (0, 120))])
def test_the_square_is_the_centre(size: tuple[int, int], shift: tuple[int, int]) -> None:
    image = Image.fromarray(gradient(*size))
    square = image.crop((*shift, shift[0] + 240, shift[1] + 240))
    assert np.array_equal(pixels_of(image), pixels_of(square))


def test_a_large_photo_is_resized_without_aliasing(tmp_path: Path) -> None:
    board = np.indices((960, 960)).sum(0) % 2 * 255  # single pixels, black and white
    Image.fromarray(board.astype(np.uint8)).save(tmp_path / "board.png")
    pixels = pixels_of(tmp_path / "board.png")
    assert (np.abs(pixels.astype(int) - 127) <= 3).all()


def test_a_jpeg_decoded_at_a_part_of_its_size_looks_the_same(tmp_path: Path) -> None:
    image = Image.fromarray(gradient(3000, 3000))
    image.save(tmp_path / "a.jpg", quality=95)
    image.save(tmp_path / "a.png")
    jpeg, png = (pixels_of(tmp_path / name).astype(int) for name in ("a.jpg", "a.png"))
    assert np.abs(jpeg - png).max() <= 2


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("L", {}),
        ("RGB", {}),
        ("1", {}),
        ("P", {}),
        ("LA", {}),
        ("RGBA", {}),
        ("CMYK", {"format": "JPEG"}),
        ("CMYK", {"format": "TIFF"}),
        ("YCbCr", {"format": "JPEG"}),
        ("RGB", {"format": "WEBP", "lossless": True}),
        ("RGB", {"format": "BMP"}),
        ("RGB", {"format": "GIF"}),
    ],
)
def test_every_mode_gives_the_gray_of_its_colour(
    tmp_path: Path, mode: str, options: dict[str, object]
) -> None:
    Image.new("RGB", (60, 60), (255, 255, 255)).convert(mode).save(
        tmp_path / "image", **{"format": "PNG"} | options
    )
    photo = read(tmp_path / "image")
    assert (photo.crops[0].pixels >= 253).all(), "white stays white"
    assert photo.changes[-1] == "resized from 60×60"


def test_colours_are_weighted_as_the_eye_does(tmp_path: Path) -> None:
    Image.new("RGB", (48, 48), (200, 100, 50)).save(tmp_path / "a.png")
    photo = read(tmp_path / "a.png")
    assert (photo.crops[0].pixels == round(0.299 * 200 + 0.587 * 100 + 0.114 * 50)).all()
    assert photo.changes == ("gray from RGB",)


@pytest.mark.parametrize("size", [48, 200])
def test_16_bits_are_scaled_to_8(tmp_path: Path, size: int) -> None:
    levels = np.linspace(0, 65535, size).astype(np.uint16)[None, :].repeat(size, 0)
    Image.fromarray(levels).save(tmp_path / "deep.png")
    photo = read(tmp_path / "deep.png")
    middle = photo.crops[0].pixels[24].astype(int)
    assert (middle[0], middle[-1]) == (pytest.approx(0, abs=3), pytest.approx(255, abs=3))
    assert (np.diff(middle) > 0).all()
    assert photo.changes[0] == "gray from 16 bits"


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_transparent_parts_are_laid_on_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (96, 96), (0, 0, 0, 0))  # black, where it could be seen
    image.paste((0, 0, 0, 255), (0, 0, 48, 96))
    image.convert(mode).save(tmp_path / "cut.png", **({"transparency": 0} if mode == "P" else {}))
    if mode == "P":
        palette = Image.new("P", (96, 96), 0)
        palette.putpalette([0, 0, 0, 0, 0, 0])
        palette.paste(1, (0, 0, 48, 96))
        palette.save(tmp_path / "cut.png", transparency=0)
    photo = read(tmp_path / "cut.png")
    assert (photo.crops[0].pixels[:, :20] < 10).all()
    assert (photo.crops[0].pixels[:, 28:] > 245).all()
    assert "transparent parts on white" in photo.changes


def test_colours_below_transparent_pixels_do_not_bleed(tmp_path: Path) -> None:
    image = Image.new("RGBA", (480, 480), (255, 0, 0, 0))  # red, if transparency were ignored
    image.paste((255, 255, 255, 255), (0, 0, 240, 480))
    image.save(tmp_path / "cut.png")
    assert (pixels_of(tmp_path / "cut.png") == 255).all()


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (80, 80), (level,) * 3) for level in (250, 10, 100)]
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:])
    photo = read(tmp_path / f"a.{suffix}")
    assert (photo.crops[0].pixels > 240).all()
    assert photo.changes[0] == "first of 3 frames"


def test_damaged_metadata_is_no_damaged_image(tmp_path: Path) -> None:
    content = io.BytesIO()
    corner(100, 100).save(content, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    (tmp_path / "a.jpg").write_bytes(content.getvalue())
    assert quarters(pixels_of(tmp_path / "a.jpg")) == [1, 0, 0, 0]


def test_pixels_without_a_range_are_refused(tmp_path: Path) -> None:
    Image.new("F", (48, 48), 0.5).save(tmp_path / "depth.tif")
    with pytest.raises(BadInput, match=r"depth\.tif: floating-point pixels: save it with 8 or 16"):
        read(tmp_path / "depth.tif")
