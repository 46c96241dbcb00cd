"""The cascade that OpenCV carries finds a face where there is one."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from made_photos import drawn_face

from fer.errors import BadInput
from fer.photos import HaarDetector

MISSING = (
    r"detecting faces: needs opencv-python-headless 4: install it with: "
    r"pip install 'fer-search\[photo\]', or use --no-detect for images cropped to a face"
)


@pytest.mark.photo
@pytest.mark.parametrize("zoom", [1, 5])
def test_a_face_is_found_where_it_is_at_any_size_of_the_photo(zoom: int) -> None:
    image = drawn_face(400 * zoom, 300 * zoom, 160 * zoom)
    (box,) = HaarDetector()(np.asarray(image))
    assert box.left + box.width / 2 == pytest.approx(200 * zoom, abs=10 * zoom)
    assert box.top + box.height / 2 == pytest.approx(150 * zoom, abs=20 * zoom)
    assert 150 * zoom < box.width < 220 * zoom


@pytest.mark.photo
@pytest.mark.parametrize("shape", [(480, 640), (1, 5000), (10, 10)])
def test_no_face_is_found_in_a_blank_picture_of_any_shape(shape: tuple[int, int]) -> None:
    assert HaarDetector()(np.full(shape, 128, np.uint8)) == []


@pytest.mark.photo
def test_the_detector_uses_as_many_threads_as_it_may() -> None:
    import cv2

    before = cv2.getNumThreads()
    HaarDetector(threads=1)
    used = cv2.getNumThreads()
    cv2.setNumThreads(before)
    assert used == 1


def test_without_opencv_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(BadInput, match=MISSING):
        HaarDetector()


@pytest.mark.parametrize("with_class", [False, True], ids=["no cascades", "no files"])
def test_opencv_5_is_refused_with_the_same_line(
    monkeypatch: pytest.MonkeyPatch, with_class: bool
) -> None:
    opencv = ModuleType("cv2")
    opencv.__dict__["data"] = SimpleNamespace(haarcascades="/nowhere")
    if with_class:
        opencv.__dict__["CascadeClassifier"] = object
    monkeypatch.setitem(sys.modules, "cv2", opencv)
    with pytest.raises(BadInput, match=MISSING):
        HaarDetector()
