"""The machine, and the commands that make the study and this page again."""

import shlex

from reports.data.study_data import Material
from reports.rendering.figure import Cell, DisplayTable, Figure, Table
from reports.rendering.formatting import count, duration, listing, value

PRIVATE = ("--storage", "--out")
"""Options that say where things lie on their user's machine."""


def machine(material: Material) -> Figure:
    """Where it ran, and with what."""
    where = {
        **material.summary.get("machine", {}),
        **material.best_run.metrics.get("machine", {}),
    }
    versions = {
        **material.summary.get("versions", {}),
        **material.best_run.metrics.get("versions", {}),
    }
    workers = [start.workers for start in material.starts]
    rows: list[tuple[Cell, ...]] = [
        *((name, value(said)) for name, said in where.items()),
        *((f"{name} version", value(said)) for name, said in versions.items()),
        ("starts", len(material.starts)),
        ("workers at once", max(workers, default=0)),
        ("time it ran", duration(material.seconds)),
    ]
    hosts = {t.user_attrs["owner"]["host"] for t in material.trials if "owner" in t.user_attrs}
    lead = (
        f"It ran for {duration(material.seconds)} on {count(max(1, len(hosts)), 'machine')}, in "
        f"{count(len(material.starts), 'start')}"
    )
    lacking = "" if where else "; the run folders, which name the machine, are not here"
    return Figure(
        "machine",
        "The machine",
        f"{lead}{lacking}.",
        shown=(DisplayTable(Table(("what", "it is"), tuple(rows))),),
        data=Table(("what", "it is"), tuple(rows)),
    )


def shareable(command: str) -> str:
    """A command without folders and storage, which are nobody's business but its user's."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    kept: list[str] = []
    skip = False
    for word in words:
        option, equals, told = word.partition("=")
        if not skip and option not in PRIVATE:
            joined = bool(equals) and option.startswith("--")
            kept.append(f"{option}={_last(told)}" if joined else _last(word))
        skip = not skip and word in PRIVATE
    return shlex.join(kept)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path


def command(material: Material) -> Figure:
    """What to type to get it all again."""
    lines = list(dict.fromkeys(shareable(start.command) for start in material.starts)) or [
        f"fer search run {shlex.quote(material.name)}"
    ]
    data = (material.data or {}).get("source")
    tail = f" --data {shlex.quote(data)}" if data else ""
    lines.append(f"fer report study {shlex.quote(material.name)}{tail} --out study.html")
    sure = max((start.workers for start in material.starts), default=1) <= 1
    same = (
        "one worker gives the same trials again"
        if sure
        else "with several workers the order in which trials end decides what is tried next, so "
        "the trials will not be the same"
    )
    seed = f"Its seed is {material.definition.seed}: {same}."
    hashed = f" The faces' hash is {material.data['source_hash'][:16]}." if material.data else ""
    names = listing(list(material.definition.space.entries))
    return Figure(
        "again",
        "How to make it again",
        f"{seed}{hashed}",
        f"The study searched {names} with the sampler {material.definition.sampler.kind} and the "
        f"pruner {material.definition.pruner.kind}.",
        code="\n".join(lines),
    )
