"""Figures as PNG pictures."""

import io

import pytest
from made_studies import make_study
from PIL import Image

from reports.pages.study import study_page
from reports.rendering.png import write_pngs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_figures_become_pictures_the_same_each_time(tmp_path):
    page = study_page(make_study(12))
    written = write_pngs(page, tmp_path / "one")
    names = {path.name for path in written}
    assert {"history.png", "curves.png", "slices-dropout.png", "confusion-best.png"} <= names
    with Image.open(io.BytesIO((tmp_path / "one" / "history.png").read_bytes())) as picture:
        assert picture.size == (1720, 760)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 10
    write_pngs(page, tmp_path / "two")
    for path in written:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
