"""The file of a run's epochs, which grows with each."""

from pathlib import Path

import pytest

from fer.errors import BadInput
from fer.history import HISTORY, Epoch, append_epoch, read_history, write_history

EPOCHS = tuple(
    Epoch(number, 1 / number, 0.5, None if number == 2 else 0.3, 0.75, 0.1 / 3, 1.5)
    for number in (1, 2, 3)
)


def test_a_file_appended_to_holds_the_bytes_of_one_written_whole(tmp_path: Path) -> None:
    grown, whole = tmp_path / "grown.csv", tmp_path / "whole.csv"
    write_history(grown, ())
    assert read_history(grown) == ()
    for number, epoch in enumerate(EPOCHS, start=1):
        append_epoch(grown, epoch)
        assert read_history(grown) == EPOCHS[:number]
    write_history(whole, EPOCHS)
    assert grown.read_bytes() == whole.read_bytes()


def test_one_who_follows_the_file_reads_each_epoch_as_a_whole_row(tmp_path: Path) -> None:
    write_history(tmp_path / HISTORY, ())
    with (tmp_path / HISTORY).open() as followed:
        followed.read()
        for epoch in EPOCHS:
            append_epoch(tmp_path / HISTORY, epoch)
            row = followed.read()
            assert row.startswith(f"{epoch.number},")
            assert row.endswith(",1.5\n")


def test_a_row_cut_off_by_a_power_cut_is_refused_by_the_files_name(tmp_path: Path) -> None:
    write_history(tmp_path / HISTORY, EPOCHS)
    text = (tmp_path / HISTORY).read_text()
    (tmp_path / HISTORY).write_text(text[:-12])
    with pytest.raises(BadInput, match=r"history\.csv: damaged"):
        read_history(tmp_path / HISTORY)


def test_a_full_disk_is_an_error_with_the_files_name() -> None:
    with pytest.raises(OSError, match="No space left") as error:
        append_epoch(Path("/dev/full"), EPOCHS[0])
    assert error.value.filename == "/dev/full"
