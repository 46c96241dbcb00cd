"""Short names of cases for tables and figures; usual values are left out."""

from collections.abc import Iterable, Mapping, Sequence

Params = Mapping[str, str | int]

USUAL = {"layout": "channels_last", "processes": "one"}
"""Values that are left out."""
WORDS = {
    "channels_last": "channels last",
    "contiguous": "channels first",
    "one_a_core": "one process a core",
    "onnxruntime": "ONNX Runtime",
    "graph": "CUDA graph",
    "dataloader": "DataLoader",
    "ours": "resident tensors",
    "dataloader_0": "0 workers",
    "dataloader_2": "2 workers",
    "dataloader_4": "4 workers",
    "dataloader_2_contiguous": "2 workers, channels first",
    "trial_start": "start of a trial",
    "worker_start": "start of a worker",
    "one_trial": "a whole study of one trial",
    "help": "fer --help",
}


def in_words(params: Params, leave_out: Iterable[str] = ()) -> str:
    """A case's factors, such as ``fp32, batch 128, eager``, without some keys and usual values."""
    omitted = set(leave_out)
    values = []
    for key, value in params.items():
        if key in omitted or USUAL.get(key) == value:
            continue
        word = WORDS.get(str(value), str(value))
        values.append(f"{key} {value:,}" if isinstance(value, int) else word)
    return ", ".join(values)


def short_names(cases: Sequence[tuple[str, Params]], leave_out: Iterable[str] = ()) -> list[str]:
    """Names of (group, params) that show only what differs within each group.

    Args:
        leave_out: keys that are never shown.
    """
    shared = {group: _shared_keys(cases, group) for group, _ in cases}
    names = []
    for group, params in cases:
        factors = in_words(params, {*shared[group], *leave_out})
        names.append(f"{group}: {factors}" if factors else group)
    return names


def _shared_keys(cases: Sequence[tuple[str, Params]], group: str) -> set[str]:
    """Keys with one value in all cases of a group."""
    members = [params for name, params in cases if name == group]
    first = members[0]
    return {key for key in first if all(each.get(key) == first[key] for each in members)}
