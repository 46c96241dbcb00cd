"""Recording sets compared: verdicts, and what is not comparable."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_recordings import case, write

from benchmarks.analysis.comparison import Comparison, compare
from benchmarks.recordings.recording import AbsentCase
from benchmarks.recordings.recording_set import read_recording_set
from fer.errors import BadInput


def of_files(base: Path, other: Path, **options: Any) -> Comparison:
    return compare(read_recording_set(base), read_recording_set(other), **options)


def test_a_case_is_compared_with_the_case_of_its_name(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case(0.1), case(0.2, batch=256), case(0.3, batch=512))
    other = write(tmp_path / "b.json", case(0.12), case(0.2, batch=256), case(0.2, batch=512))
    rows = of_files(base, other).rows
    assert [row.difference.word for row in rows] == ["slower", "no difference shown", "faster"]
    assert rows[0].difference.ratio == pytest.approx(1.2)
    assert rows[0].base_seconds == pytest.approx(0.1, rel=0.01)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"versions": {"torch": "2.14.0+cpu"}}, "torch 2.15.0 / 2.14.0"),
        ({"allocator": "malloc"}, "allocator unknown / malloc"),
        ({"threads": 4}, "threads 2 / 4"),
        ({"flops": 3e9}, "network 7.812 MFLOP an item / 23.44 MFLOP an item"),
        ({"batch": 64}, "batch 128 / 64"),
        ({"params_precision": "bf16"}, "precision fp32 / bf16"),
    ],
)
def test_what_is_not_comparable_is_refused_by_name_or_annotated(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    changed = case(0.2)
    machine = {key: change[key] for key in change if key in ("versions", "allocator")}
    if "batch" in change:
        changed = case(0.2, batch=change["batch"])
    elif "params_precision" in change:
        changed = case(0.2, precision=change["params_precision"])
    elif not machine:
        changed = replace(changed, extra={**changed.extra, **change})
    base, other = write(tmp_path / "a.json", case()), write(tmp_path / "b.json", changed, **machine)
    with pytest.raises(BadInput, match="not comparable") as refused:
        of_files(base, other)
    assert expected in str(refused.value)
    [row] = of_files(base, other, anyway=True).rows
    assert expected in ", ".join(map(str, row.differs))
    assert row.difference.word == "slower"


def test_two_builds_of_one_torch_are_comparable(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(), versions={"torch": "2.15.0+cu132"}, id="cuda-2")
    comparison = of_files(base, other)
    assert comparison.rows[0].differs == ()
    assert "machine cpu-1 / cuda-2" in comparison.remarks


def test_cases_that_differ_in_the_factor_alone_are_compared(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.json",
        case(0.2),
        case(0.1, mode="compiled"),
        case(0.1, mode="compiled", batch=256),
        case(0.4, batch=256),
    )
    rows = of_files(path, path, factor="mode").rows
    assert [(row.base, row.other) for row in rows] == [
        (case().name, case(mode="compiled").name),
        (case(batch=256).name, case(mode="compiled", batch=256).name),
    ]
    assert [row.difference.word for row in rows] == ["faster", "faster"]


def test_batches_are_compared_by_the_seconds_of_an_image(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", case(0.1), case(0.2, batch=256))
    [row] = of_files(path, path, factor="batch").rows
    assert row.difference.ratio == pytest.approx(1)


def test_another_factor_on_another_machine_is_refused(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(mode="compiled"), id="cpu-2")
    with pytest.raises(BadInput, match="machine cpu-1 / cpu-2"):
        of_files(base, other, factor="mode")


def test_a_device_is_a_factor_across_machines(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(0.01, device="cuda"), id="cuda-2")
    with pytest.raises(BadInput, match="device cpu / cuda"):
        of_files(base, other)
    [row] = of_files(base, other, factor="device").rows
    assert (row.differs, row.difference.word) == ((), "faster")


def test_a_folder_counts_as_several_processes(tmp_path: Path) -> None:
    for name in ("base", "other"):
        (tmp_path / name).mkdir()
    for i, level in enumerate((0.1, 0.101, 0.099)):
        write(tmp_path / "base" / f"{i}.json", case(level))
        write(tmp_path / "other" / f"{i}.json", case(level * 1.05))
    one = of_files(tmp_path / "base" / "0.json", tmp_path / "other" / "0.json").rows[0].difference
    all_of_them = of_files(tmp_path / "base", tmp_path / "other").rows[0].difference
    assert (one.minimum_effect, one.word) == (0.05, "no difference shown")
    assert (all_of_them.minimum_effect, all_of_them.word) == (0.02, "slower")
    write(tmp_path / "other" / "3.json", case(), id="cpu-2")
    with pytest.raises(BadInput, match=r"3\.json: machine cpu-2: expected cpu-1"):
        read_recording_set(tmp_path / "other")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="expected a recording"):
        read_recording_set(tmp_path / "empty")


def test_a_folders_numbers_are_those_of_all_its_runs(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    for i, level in enumerate((0.1, 0.1, 0.3)):
        members = {"member_seconds": [[level, 2 * level]] * 60}
        timed = case(level)
        write(
            tmp_path / "base" / f"{i}.json",
            replace(timed, extra={**timed.extra, **members}),
            load_before=float(i),
        )
    other = write(tmp_path / "other.json", case(0.1))
    comparison = of_files(tmp_path / "base", other)
    [row] = comparison.rows
    pooled = read_recording_set(tmp_path / "base").cases()[case().name]
    assert row.base_seconds == pooled.median
    assert len(pooled.seconds) == len(pooled.extra["member_seconds"]) == 180
    assert row.noisy
    assert not case(0.1).noisy
    assert comparison.remarks == ("cpu-1: busy before the run: load 2 on 2 cores",)


def test_interleaved_cases_are_compared_round_by_round(tmp_path: Path) -> None:
    """Every round drifts by up to half; their ratio stays."""
    drift = np.linspace(1, 1.5, 60)
    noise = np.random.default_rng(0).normal(1, 0.005, (2, 60))
    ours, theirs = case(mode="ours"), case(mode="theirs")
    ours = replace(
        ours,
        seconds=tuple(0.1 * drift * noise[0]),
        extra={**ours.extra, "order": list(range(0, 120, 2))},
    )
    theirs = replace(
        theirs,
        seconds=tuple(0.104 * drift * noise[1]),
        extra={**theirs.extra, "order": list(range(1, 120, 2))},
    )
    path = write(tmp_path / "a.json", ours, theirs)
    [row] = of_files(path, path, factor="mode").rows
    assert row.interleaved
    assert row.difference.word == "slower"
    alone = replace(theirs, extra={**theirs.extra, "order": list(range(60))})
    path = write(tmp_path / "b.json", replace(ours, extra=alone.extra), alone)
    [row] = of_files(path, path, factor="mode").rows
    assert not row.interleaved
    assert row.difference.word == "no difference shown"


def test_cases_of_one_set_are_listed_with_the_reason(tmp_path: Path) -> None:
    big = case(batch=256)
    lost = AbsentCase(big.group, big.name, big.params, "out of memory: 9 GiB")
    base = write(tmp_path / "a.json", case(), big)
    other = write(tmp_path / "b.json", case(), absent=(lost,))
    comparison = of_files(base, other)
    assert comparison.only_base == {big.name: "out of memory: 9 GiB"}


def test_nothing_in_common_is_bad_input(tmp_path: Path) -> None:
    base = write(tmp_path / "a.json", case())
    other = write(tmp_path / "b.json", case(group="inference"))
    with pytest.raises(BadInput, match="no cases in common"):
        of_files(base, other)
    with pytest.raises(BadInput, match="--factor colour: no case has it"):
        of_files(base, other, factor="colour")


def test_the_comparable_cases_are_compared_and_the_others_are_counted_by_reason(
    tmp_path: Path,
) -> None:
    """A full set against a quick one of another machine."""
    full = write(
        tmp_path / "full.json",
        case(0.1),
        *(case(0.1, batch=batch) for batch in (32, 64, 256)),
        case(0.2, group="faces", images=28_709),
        case(0.3, group="study"),
    )
    quick = write(
        tmp_path / "quick.json",
        case(0.2),
        case(0.1, group="faces", images=4_000),
        replace(case(0.3, group="study"), extra={**case().extra, "threads": 4}),
        id="cpu-2",
    )
    comparison = of_files(full, quick)
    assert [(row.other, row.difference.word) for row in comparison.rows] == [
        (case().name, "slower")
    ]
    assert [str(group) for group in comparison.not_compared] == [
        "1 case: threads 2 / 4",
        "1 case: images 28709 / 4000",
        "3 cases: only in full.json (cpu-1): not timed",
    ]
    assert "machine cpu-1 / cpu-2" in comparison.remarks
    everything = of_files(full, quick, anyway=True)
    assert len(everything.rows) == 3
    assert len(everything.not_compared) == 1
