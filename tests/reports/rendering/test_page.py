"""A page is one self-contained file, and its data cannot become code."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest

from fer.errors import FerError
from fer.formatting import count, duration, percent, points
from reports.rendering.figure import Figure, Page, Section, Table
from reports.rendering.formatting import listing, plain, value
from reports.rendering.html import json_block, render
from reports.rendering.png import pictures
from reports.rendering.typed_array import typed_array

EVIL = "</script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def html() -> str:
    figure = Figure("one", EVIL, EVIL, EVIL, data=Table((EVIL,), ((EVIL,),)), code=EVIL)
    return render(Page("Study", EVIL, EVIL, (EVIL,), sections=(Section("s", EVIL, (figure,)),)))


def test_the_policy_runs_the_scripts_of_the_page_and_no_others(html):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    policy = policy.replace("&#39;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert re.findall(r"'sha256-([^']*)'", policy) == hashes
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in re.search(r"script-src ([^;]*)", policy)[1]
    assert "unsafe-eval" not in policy


def test_a_hostile_name_is_text_wherever_it_stands(html):
    assert "<script>alert(1)" not in html
    assert "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
    data = re.search(r'id="data-one">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(data)["csv"] == f"{EVIL}\n{EVIL}\n"


def test_the_page_asks_for_nothing_over_the_network(html):
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="(?!data:|#)', own)
    assert "url(" not in own
    assert "@import" not in own


def test_json_in_a_page_comes_back_as_it_was():
    values = {"a": [1, None, EVIL, "\u2028 & é"]}
    assert json.loads(json_block(values)) == values
    with pytest.raises(ValueError, match="Out of range"):
        json_block([float("nan")])


def test_packed_numbers_are_plotlys_typed_arrays():
    array = typed_array(np.array([1, 2, 3], dtype=np.int16))
    assert array["dtype"] == "u1"
    assert np.frombuffer(base64.b64decode(array["bdata"]), "u1").tolist() == [1, 2, 3]


def test_a_name_is_escaped_for_plotly():
    assert plain("<b>a & b</b>") == "&lt;b&gt;a &amp; b&lt;/b&gt;"
    assert len(plain("x" * 100)) == 24


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (percent(0.81717), "81.72\u00a0%"),
        (points(-0.0284), "−2.84\u00a0points"),
        (count(1, "trial"), "1\u00a0trial"),
        (count(2000, "trial"), "2,000\u00a0trials"),
        (duration(5.25), "5.2\u00a0seconds"),
        (duration(5400), "90.0\u00a0minutes"),
        (duration(10_800), "3.0\u00a0hours"),
        (listing(["a", "b", "c"]), "a, b and c"),
        (value([32, 64]), "32-64"),
        (value(0.00123456), "0.00123"),
    ],
)
def test_values_are_formatted(text, expected):
    assert text == expected


def test_integers_take_the_smallest_type_that_holds_them():
    for largest, kind in ((255, "u1"), (256, "i2"), (40_000, "i4"), (-1, "i2")):
        array = typed_array(np.array([0, largest]))
        assert array["dtype"] == kind
        names = {"u1": "u1", "i2": "<i2", "i4": "<i4"}
        assert np.frombuffer(base64.b64decode(array["bdata"]), names[kind]).tolist() == [0, largest]


def test_what_is_no_png_is_refused():
    good = "data:image/png;base64,iVBORw0KGgo="
    assert pictures([good], 1, "chromium") == [b"\x89PNG\r\n\x1a\n"]
    for bad in (["data:,"], ["data:image/png;base64,"], [good], []):
        with pytest.raises(FerError, match="drew"):
            pictures(bad, 1 if bad != [good] else 2, "chromium")
