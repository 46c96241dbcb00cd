"""Beginning a confirmation, or going on with one: what it compares, and what it has already."""

import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from fer.errors import BadInput
from fer.faces import Faces, own_split, unmeasured
from fer.process import available_cores
from search.config.definition import Definition
from search.confirmation.choice import with_choice
from search.confirmation.options import Options
from search.confirmation.plan import FOLDER, choose_candidates, pending, split_seed
from search.confirmation.record import Confirmation, FinalRun, Machine
from search.confirmation.store import store
from search.confirmation.test_labels import opened_in_words, opening_is_current
from search.execution.announce import announce
from search.execution.run_folder import unused_name
from search.results.snapshot import Snapshot
from search.storage.study import FerStudy


def begin(study: FerStudy, snapshot: Snapshot, options: Options) -> Confirmation:
    """Store what is asked for, with the runs of earlier starts; returns the confirmation.

    Raises:
        BadInput: no trial has run to its end; or the test labels were opened, and what is asked for
            would train further runs or evaluate other ones, without ``--again``.
    """
    before = snapshot.confirmation
    folder = options.folder(snapshot.name, before)
    values = {
        "folder": folder,
        "request": options.request,
        "candidates": choose_candidates(snapshot, options.request.top),
    }
    if before is None:
        _make_room(folder)
        begun = Confirmation(**values)
    else:
        finals = tuple(_here(before.finals, folder))
        begun = with_choice(before.model_copy(update=values | {"finals": finals}))
        _check_opened(study, begun, options)
    if pending(begun, snapshot.definition):
        begun = begun.model_copy(update={"machine": machine_of(options), "versions": _versions()})
    with study.opened.lock():
        store(study, begun)
    return begun


def check_folds(definition: Definition, folds: int, faces: Faces, source: str) -> str:
    """Check that every class has held-out and training faces on every fold.

    Returns:
        What is to be said of the folds; empty if they are fresh ones.

    Raises:
        BadInput: a class has none.
    """
    share = definition.recipe.validation
    for fold in range(1, folds + 1):
        if problem := unmeasured(faces, share, split_seed(definition, fold)):
            raise BadInput(f"--data {source}: fold {fold}: {problem}")
    if used := own_split(faces, share):
        return f"{source}: {used}: all folds hold out the same faces and differ by the seed alone"
    return ""


def _check_opened(study: FerStudy, begun: Confirmation, options: Options) -> None:
    if not begun.openings or options.again:
        return
    if begun.complete and opening_is_current(begun):
        return
    raise BadInput(
        f"study {study.study_name}: its test labels were {opened_in_words(begun)}, and this asks "
        f"for other runs than those (folds = {begun.request.folds}, seeds = {begun.request.seeds}, "
        f"top = {begun.request.top}): add --again, which is recorded, to train and evaluate them"
    )


def _here(finals: Iterable[FinalRun], folder: Path) -> Iterable[FinalRun]:
    """The runs whose folder, and so their model, is here; the others are trained again."""
    return (run for run in finals if (folder / run.run).is_dir())


def _make_room(folder: Path) -> None:
    """Rename what a study of the same name in another storage left."""
    if (folder / FOLDER).exists():
        (folder / FOLDER).rename(unused_name(folder / FOLDER))


def machine_of(options: Options) -> Machine:
    """This machine, as the workers use it."""
    announce("loading PyTorch")
    from fer.device import choose_device, precision
    from fer.process import processor

    device, cores = choose_device("auto"), available_cores()
    return Machine(
        device=device.type,
        processor=processor(device),
        precision=precision(device),
        cores=cores,
        workers=options.workers,
        threads=max(1, cores // options.workers),
    )


def _versions() -> dict[str, str]:
    names = ("torch", "fer-search")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
