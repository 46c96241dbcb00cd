"""Faces are cut as squares that frame them like FER2013's images."""

from collections.abc import Sequence

import numpy as np
import pytest
from made_photos import gradient
from PIL import Image

from fer.photos import Box, faces_of, read_picture
from fer.photos.box import face_square
from fer.photos.detect import FaceDetector


def finding(*boxes: Box) -> FaceDetector:
    """A detector that always finds these."""

    def detect(gray: np.ndarray) -> Sequence[Box]:
        assert gray.dtype == np.uint8
        assert gray.ndim == 2
        return boxes

    return detect


@pytest.mark.parametrize(
    ("face", "square"),
    [
        (Box(200, 100, 100, 100), Box(195, 95, 110, 110)),
        (Box(200, 100, 80, 100), Box(185, 95, 110, 110)),
        (Box(2, 0, 100, 100), Box(0, 0, 110, 110)),
        (Box(540, 380, 100, 100), Box(530, 370, 110, 110)),
        (Box(100, 0, 480, 480), Box(100, 0, 480, 480)),
    ],
    ids=["margin on all sides", "squared", "moved in", "moved in at the end", "whole height"],
)
def test_a_face_is_framed_by_a_square_within_the_photo(face: Box, square: Box) -> None:
    assert face_square(face, 640, 480, margin=1.1) == square


def test_each_face_is_cut_from_the_photo_where_it_was_found() -> None:
    pixels = np.full((300, 400), 30, np.uint8)
    pixels[40:140, 20:120], pixels[150:250, 250:350] = 120, 220
    photo = faces_of(
        read_picture(pixels),
        lambda: finding(Box(22, 42, 90, 90), Box(255, 155, 88, 88)),
    )
    assert [int(crop.pixels.mean()) for crop in photo.crops] == [120, 220]
    assert {crop.pixels.shape for crop in photo.crops} == {(48, 48)}
    assert [crop.box and crop.box.width for crop in photo.crops] == [94, 92]


def test_boxes_are_in_the_pixels_of_the_upright_photo() -> None:
    turned = Image.fromarray(gradient(300, 400)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.info["exif"] = exif.tobytes()
    photo = faces_of(read_picture(turned), lambda: finding(Box(10, 300, 90, 90)))
    assert photo.size == (300, 400)
    assert photo.crops[0].box == face_square(Box(10, 300, 90, 90), 300, 400)
    assert photo.changes[0] == "turned as its EXIF says"


def test_a_photo_may_have_no_face() -> None:
    assert faces_of(read_picture(gradient(90, 60)), finding).crops == ()


def test_a_48_by_48_image_is_a_crop_and_needs_no_detector() -> None:
    pixels = gradient(48, 48)[:, :, 0]

    def unneeded() -> FaceDetector:
        raise AssertionError

    (crop,) = faces_of(read_picture(pixels), unneeded).crops
    assert crop.box is None
    assert np.array_equal(crop.pixels, pixels)
