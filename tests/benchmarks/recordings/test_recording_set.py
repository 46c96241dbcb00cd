"""Folders of repeated recordings."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_recordings import case, write

from benchmarks.recordings.recording_set import read_recording_set
from fer.errors import BadInput


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"threads": 4}, r"1\.json: training\[.*\]: threads 4: expected 2, as in 0\.json"),
        ({"precision": "bf16"}, "precision bf16: expected fp32"),
        ({"flops": 3e9}, "network 23.44 MFLOP an item: expected 7.812 MFLOP an item"),
        ({"commit": {"id": "b"}}, "commit b: expected a"),
        ({"allocator": "malloc"}, "allocator malloc: expected None"),
    ],
)
def test_a_folder_of_different_recordings_is_refused(
    tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    machine = {key: change[key] for key in change if key in ("commit", "allocator")}
    changed = case() if machine else replace(case(), extra={**case().extra, **change})
    write(tmp_path / "0.json", case(), commit={"id": "a"})
    write(tmp_path / "1.json", changed, **({"commit": {"id": "a"}} | machine))
    with pytest.raises(BadInput, match=complaint):
        read_recording_set(tmp_path)
