"""The README's performance tables, from the recordings of ``fer bench run`` in a folder."""

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


def speed(folder: Path) -> str:
    """All tables, machine by machine, or a sentence where no recording is there.

    Raises:
        BadInput: a recording that is broken.
    """
    machines = labelled(recordings(folder))
    if not machines:
        return NONE
    parts = [
        _table(("machine", "device, precision", "processes", "training images/s", "s an epoch",
                "inference images/s"), _each(machines, _throughput)),
        _table(("machine", "latency of one face", "p50", "p90", "p99", "n"),
               _each(machines, _latency)),
        _table(("machine", "ours, images/s", "best DataLoader, images/s", "ours is as fast",
                "95 % interval", "rounds"), _each(machines, _loaders)),
        _table(("machine", "what a study costs besides", "p50", "p99", "IQR", "n", "peak memory"),
               _each(machines, _overhead)),
    ]  # fmt: skip
    return "\n".join([*filter(None, parts), _words(machines)])


def recordings(folder: Path) -> list[RecordingSet]:
    """The recordings among a folder's JSON files; other results lie there too."""
    return [
        read_recording_set(path) for path in sorted(folder.glob("*.json")) if _is_recording(path)
    ]


def _is_recording(path: Path) -> bool:
    values = json.loads(path.read_text(encoding="utf-8"))
    return isinstance(values, dict) and "benchmarks" in values


Rows = Iterator[tuple[str, ...]]


def _each(machines: Sequence[Machine], rows: Callable[[Machine], Rows]) -> list[tuple[str, ...]]:
    return [(machine.label, *row) for machine in machines for row in rows(machine)]


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """In Markdown; empty where there are no rows."""
    if not rows:
        return ""
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _throughput(machine: Machine) -> Rows:
    for device, precision in _settings(machine):
        for processes, words in (("one", "one, all cores"), ("one_a_core", "one a core")):
            trained, inferred = (
                _case(machine, group, device=device, precision=precision, processes=processes,
                      batch=batch, layout="channels_last", mode=modes)
                for group, batch, modes in (
                    ("training", TRAINING_BATCH, ("graph", "eager")),
                    ("inference", INFERENCE_BATCH, ("eager",)),
                )
            )  # fmt: skip
            if trained or inferred:
                epoch = trained.epoch_seconds if trained else None
                yield (
                    f"{device.upper()}, {precision}",
                    words if device == "cpu" else "one",
                    _speed(trained),
                    f"{epoch:.3g}" if epoch else "–",
                    _speed(inferred),
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
    """Devices, each with the product's precision (bf16 where it has that itself) and fp32."""
    found = [(str(case.params.get("device")), str(case.params.get("precision")))
             for case in machine.of("training", "inference")]  # fmt: skip
    wanted = [(device, p) for device in ("cuda", "cpu") for p in ("bf16", "fp32")]
    return [each for each in wanted if each in found]


def _loaders(machine: Machine) -> Rows:
    found = loader_comparisons([machine])
    for device in dict.fromkeys(rival.device for rival in found):
        best = min((r for r in found if r.device == device), key=lambda r: r.difference.ratio)
        ratio = best.difference
        # The ratio is the loader's time over ours.
        word = {"slower": "faster", "faster": "slower"}.get(ratio.word, ratio.word)
        yield (
            f"{device.upper()}, fp32: {_speed(best.ours)}",
            f"{best.words.partition(', ')[2]}: {_speed(best.case)}",
            f"{ratio.ratio:.2f} times: {word}",
            f"{ratio.low:.2f} to {ratio.high:.2f}",
            str(min(len(best.ours.seconds), len(best.case.seconds))),
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
            weighed = params["what"] == "one_trial" and isinstance(peak, int | float)
            yield (
                words,
                *(digits(case.percentile_of_one(q)) for q in (50, 99)),
                digits(case.iqr),
                _count(case),
                f"{peak / 1e9:.2f} GB" if weighed and peak else "–",
            )


def _case(machine: Machine, group: str, **params: Any) -> Measured | None:
    """The first case that is so; ``mode`` may be several, the first of them that was timed."""
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


def _words(machines: Sequence[Machine]) -> str:
    """What the tables say, where they come from, and how to make them again."""
    lines = [
        "Medians; in brackets the middle half of the n samples. A case whose interquartile range "
        "is over 10 % of its median is marked noisy. The network is the published one (widths "
        f"32-64-128-256); training at batch {TRAINING_BATCH} with augmentation, evaluation "
        f"excluded, inference at batch {INFERENCE_BATCH}. Of reports by several workers at once, "
        "what each of them waits.",
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
    found = [
        f"{cpu.get('available', '?')} × {cpu.get('name', 'a processor')}",
        memory and f"{memory / 2**30:.0f} GiB",
        *(str(gpu.get("name")) for gpu in facts.get("gpus", [])),
        *(f"{name} {versions[name]}" for name in ("torch", "python", "cuda") if name in versions),
        commit.get("id") and f"commit {commit['id'][:7]}{' and more' * bool(commit.get('dirty'))}",
        f"taken {machine.recordings.runs[0].taken[:10]}",
        load is not None and f"load before {load:.2g}",
        f"`{Path(machine.recordings.origin).name}`",
    ]
    return ", ".join(str(fact) for fact in found if fact)
