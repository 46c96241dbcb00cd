"""Report pages of made studies and recordings, usual and hostile ones."""

import dataclasses
from pathlib import Path

import numpy as np
from made_recordings import made_recording, made_recording_set
from made_studies import make_study
from made_trials import SPACE

from benchmarks.recordings.history import History
from benchmarks.recordings.recording_set import RecordingSet
from fer.faces.types import Faces
from reports.data.study_data import StudyData
from reports.pages.bench import bench_page
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from reports.rendering.html import render

EVIL = "</script><script>alert(1)</script>"


def history(name: str, commit: str) -> History:
    """A machine at two commits."""
    newest = made_recording_set(name)
    machine = {**newest.machine, "commit": {"id": commit, "dirty": True}}
    [run] = newest.runs
    older = RecordingSet("older.json", (dataclasses.replace(run, machine=machine),))
    return History((older, newest))


def write_pages(folder: Path) -> dict[str, Path]:
    """One page of each kind, by name."""
    evil = {
        EVIL: {**SPACE["learning_rate"], "key": "learning_rate"},
        "<b>bold</b> %{x}": {"kind": "float", "low": 0.0, "high": 0.5, "key": "dropout"},
    }
    training = {"only": ("training",)}
    server = {"cuda": True, "pace": 0.5, "seed": 1}
    pages = {
        "study": study_page(make_study(40)),
        "faces": study_page(with_faces(folder)),
        "evil": study_page(make_study(36, name=EVIL, space=evil)),
        "compare": compare_page(
            [make_study(20, "one"), make_study(15, "two", seed=2)],
            [made_recording(**training), made_recording("server", **server, **training)],
        ),
        "evil compare": compare_page(
            [make_study(20, EVIL), make_study(15, f"{EVIL}{EVIL}", seed=2)],
            [made_recording(EVIL, **training), made_recording(f"{EVIL}{EVIL}", **training)],
        ),
        "bench": bench_page([made_recording_set()]),
        "commits": bench_page([made_recording_set()], histories=[history("laptop", "0123456789")]),
        "two machines": bench_page([made_recording_set(), made_recording_set("server", **server)]),
        "evil bench": bench_page(
            [made_recording_set(EVIL), made_recording_set(f"{EVIL}{EVIL}", **server)],
            histories=[history(EVIL, "</b><i>")],
        ),
        "empty": study_page(make_study(0, baseline=None)),
        "all pruned": study_page(make_study(6, states=("PRUNED",))),
        "all failed": study_page(make_study(4, states=("FAILED",), baseline="FAILED")),
        "one trial": study_page(make_study(1, states=("COMPLETE",))),
        "never predicted": study_page(make_study(12, never=1)),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(render(page), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def with_faces(folder: Path) -> StudyData:
    """A study with its faces, two of which are identical with different labels."""
    study = make_study(12)
    scores = study.best_run.scores
    images = np.random.default_rng(0).integers(0, 256, (600, 48, 48), dtype=np.uint8)
    images[1] = images[0]
    names = np.array(study.classes)[scores.label]
    np.savez(folder / "faces.npz", train_images=images, train_labels=names)
    faces = Faces(images, scores.label, ("",) * 600, study.classes, "ab" * 32)
    return dataclasses.replace(study, faces=faces, source=str(folder / "faces.npz"))
