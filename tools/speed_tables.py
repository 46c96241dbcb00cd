"""Performance tables of README and docs/, from the recordings of ``fer bench run`` in a folder."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.recording_set import RecordingSet, read_recording_set
from fer.formatting import rate
from reports.data.bench_data import Machine, labelled
from reports.figures.bench.dataloader import loader_comparisons

TRAINING_BATCH, INFERENCE_BATCH = 128, 256
COMMAND = "fer bench run --name NAME --out benchmarks/results/NAME.json"
NONE = "No machine's recording has been committed yet; `fer bench run` makes one.\n"


def short_speed(folder: Path) -> str:
    """One table for the README: each machine and device in the precision that `fer train` uses.

    Raises:
        BadInput: a damaged recording.
    """
    machines = labelled(recordings(folder))
    if not machines:
        return NONE
    training = f"batch-{TRAINING_BATCH} training images/s"
    inference = f"batch-{INFERENCE_BATCH} inference images/s"
    headings = ("machine", "device, precision", training, "s/epoch of one run", inference)
    return _table(headings, _by_setting(machines, _usual_throughput, 1))


def speed(folder: Path) -> str:
    """All tables, with the machines of one setting side by side.

    Raises:
        BadInput: a damaged recording.
    """
    machines = labelled(recordings(folder))
    if not machines:
        return NONE
    parts = [
        _table(("machine", "device, precision", "processes", "training images/s",
                "s/epoch of one run", "inference images/s"), _by_setting(machines, _throughput, 2)),
        _table(("machine", "latency of one face", "p50", "p90", "p99", "n"),
               _by_setting(machines, _latency, 1)),
        _table(("machine", "device, precision", "fer train, images/s",
                "best torchvision DataLoader, images/s", "fer train is", "95 % interval", "rounds"),
               _by_setting(machines, _loaders, 1)),
        _table(("machine", "overhead of a study", "p50", "p99", "IQR", "n", "peak memory"),
               _by_setting(machines, _overhead, 1)),
    ]  # fmt: skip
    return "\n".join([*filter(None, parts), _notes(machines)])


def recordings(folder: Path) -> list[RecordingSet]:
    """The recordings among a folder's JSON files, which hold other results too."""
    return [
        read_recording_set(path) for path in sorted(folder.glob("*.json")) if _is_recording(path)
    ]


def _is_recording(path: Path) -> bool:
    values = json.loads(path.read_text(encoding="utf-8"))
    return isinstance(values, dict) and "benchmarks" in values


Rows = Iterator[tuple[str, ...]]


def _by_setting(
    machines: Sequence[Machine], rows: Callable[[Machine], Rows], settings: int
) -> list[tuple[str, ...]]:
    """The rows of all machines, ordered by their first cells (the setting), then by machine."""
    all_rows = [(machine.label, *row) for machine in machines for row in rows(machine)]
    order = list(dict.fromkeys(row[1 : 1 + settings] for row in all_rows))
    return sorted(all_rows, key=lambda row: order.index(row[1 : 1 + settings]))


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """In Markdown; empty where there are no rows."""
    if not rows:
        return ""
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _usual_throughput(machine: Machine) -> Rows:
    """One process, in bf16 where the device has it, else fp32."""
    devices: set[str] = set()
    for device, precision in _settings(machine):
        trained, inferred = _timed(machine, device, precision, "one")
        if trained and device not in devices:
            devices.add(device)
            yield (
                f"{device.upper()}, {precision}",
                rate(trained.items_per_second),
                f"{trained.epoch_seconds:.3g}",
                rate(inferred.items_per_second) if inferred else "–",
            )


def _throughput(machine: Machine) -> Rows:
    for device, precision in _settings(machine):
        for processes, words in (("one", "one, all cores"), ("one_a_core", "one a core")):
            trained, inferred = _timed(machine, device, precision, processes)
            if trained or inferred:
                epoch = trained.epoch_seconds if trained else None
                yield (
                    f"{device.upper()}, {precision}",
                    words if device == "cpu" else "one",
                    _speed(trained),
                    f"{epoch:.3g}" if epoch else "–",
                    _speed(inferred),
                )


def _timed(
    machine: Machine, device: str, precision: str, processes: str
) -> tuple[Measured | None, Measured | None]:
    """Training and inference at the batch sizes of the tables."""
    factors = {"device": device, "precision": precision, "processes": processes,
               "layout": "channels_last"}  # fmt: skip
    return (
        _case(machine, "training", batch=TRAINING_BATCH, mode=("graph", "eager"), **factors),
        _case(machine, "inference", batch=INFERENCE_BATCH, mode=("eager",), **factors),
    )


def _latency(machine: Machine) -> Rows:
    for device, precision in _settings(machine):
        for mode, words in (("eager", ""), ("onnxruntime", ", ONNX Runtime")):
            case = _case(machine, "inference", device=device, precision=precision, batch=1,
                         processes="one", layout="channels_last", mode=(mode,))  # fmt: skip
            if case:
                yield (
                    f"{device.upper()}, {precision}{words}",
                    *(digits(case.percentile(q)) for q in (50, 90, 99)),
                    _count(case),
                )


def _settings(machine: Machine) -> list[tuple[str, str]]:
    """Devices, each in bf16 (where it was timed) and fp32."""
    timed = [(str(case.params.get("device")), str(case.params.get("precision")))
             for case in machine.of("training", "inference")]  # fmt: skip
    wanted = [(device, p) for device in ("cuda", "cpu") for p in ("bf16", "fp32")]
    return [each for each in wanted if each in timed]


def _loaders(machine: Machine) -> Rows:
    compared = loader_comparisons([machine])
    for device in dict.fromkeys(each.device for each in compared):
        best = min((c for c in compared if c.device == device), key=lambda c: c.difference.ratio)
        ratio = best.difference
        # The ratio is the DataLoader's time over fer train's.
        word = {"slower": "faster", "faster": "slower"}.get(ratio.word, ratio.word)
        yield (
            f"{device.upper()}, fp32",
            _speed(best.resident),
            f"{best.loader.partition(', ')[2]}: {_speed(best.case)}",
            f"{ratio.ratio:.2f} times as fast: {word}",
            f"{ratio.low:.2f} to {ratio.high:.2f}",
            str(min(len(best.resident.seconds), len(best.case.seconds))),
        )


def _overhead(machine: Machine) -> Rows:
    wanted: list[tuple[str, dict[str, Any]]] = [
        (f"report to {name}, {workers} at once" if workers > 1 else f"report to {name}",
         {"what": "report", "storage": storage, "workers": workers})
        for name, storage in (("SQLite", "sqlite"), ("PostgreSQL", "postgresql"))
        for workers in (1, 4)
    ]  # fmt: skip
    wanted += [
        ("start of a worker, to its first step", {"what": "worker_start"}),
        ("a whole study: one worker, one trial, one epoch", {"what": "one_trial"}),
        ("`fer --help`", {"what": "help"}),
    ]
    for words, params in wanted:
        case = _case(machine, "study", **params)
        if case:
            peak = case.extra.get("peak_rss_bytes")
            has_peak = params["what"] == "one_trial" and isinstance(peak, int | float)
            yield (
                words,
                *(digits(case.percentile_of_one(q)) for q in (50, 99)),
                digits(case.iqr),
                _count(case),
                f"{peak / 1e9:.2f} GB" if has_peak and peak else "–",
            )


def _case(machine: Machine, group: str, **params: Any) -> Measured | None:
    """The first case with these factors; of several in ``mode``, the first that was timed."""
    modes = params.pop("mode", (None,))
    for mode in modes:
        wanted = params if mode is None else params | {"mode": mode}
        for case in machine.of(group):
            if wanted.items() <= dict(case.params).items():
                return case
    return None


def _speed(case: Measured | None) -> str:
    if case is None:
        return "–"
    low, high = (rate(case.items / case.percentile(q)) for q in (75, 25))
    return f"{rate(case.items_per_second)} ({low} to {high}, n = {_count(case)})"


def _count(case: Measured) -> str:
    return f"{len(case.seconds)}{', **noisy**' if case.noisy else ''}"


def _notes(machines: Sequence[Machine]) -> str:
    """How to read the tables, the machines, and how to make the tables again."""
    lines = [
        "Medians, with the interquartile range of the n samples in brackets. A case whose "
        "interquartile range exceeds 10 % of its median is marked noisy. The network is the "
        f"published one (widths 32-64-128-256); training at batch {TRAINING_BATCH} with "
        f"augmentation and without evaluation, inference at batch {INFERENCE_BATCH}. The time of "
        "a report by several workers at once is what each of them waits. Images of several "
        "processes are counted together; the epoch of each of them takes longer, so none is given. "
        "How many times as fast `fer train` is, is the median of the ratios within rounds that "
        "were timed one after the other, which may differ from the quotient of the two medians.",
        "",
        *(f"- {machine.label}: {_facts(machine)}" for machine in machines),
        "",
        f"Made by `{COMMAND}`, then `python -m tools.readme`.",
    ]
    return "\n".join(lines) + "\n"


def _facts(machine: Machine) -> str:
    facts = machine.facts
    cpu, versions = facts.get("processor", {}), facts.get("versions", {})
    memory = facts.get("memory", {}).get("total_bytes")
    commit = facts.get("commit", {})
    load = facts.get("load_before")
    facts_shown = [
        f"{cpu.get('available', '?')} × {cpu.get('name', 'a processor')}",
        memory and f"{memory / 2**30:.0f} GiB",
        *(str(gpu.get("name")) for gpu in facts.get("gpus", [])),
        *(f"{name} {versions[name]}" for name in ("torch", "python", "cuda") if name in versions),
        commit.get("id") and f"commit {commit['id'][:7]}{' and more' * bool(commit.get('dirty'))}",
        f"recorded {machine.recordings.runs[0].taken[:10]}",
        load is not None and f"load before {load:.2g}",
        f"`{Path(machine.recordings.origin).name}`",
    ]
    return ", ".join(str(fact) for fact in facts_shown if fact)
