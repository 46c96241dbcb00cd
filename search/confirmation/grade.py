"""Grades from outside, such as Kaggle's: recorded in the study, tied to the graded file's hash."""

from pathlib import Path

from fer.clock import utc_now
from fer.errors import BadInput
from fer.evaluation.submission import read_submission
from fer.wording import counted
from search.confirmation.record import Confirmation, Grade, Submission
from search.confirmation.store import read, update
from search.confirmation.submissions import sha256_of
from search.results.commands import confirm_command
from search.results.snapshot import read_snapshot
from search.storage.study import FerStudy


def record_grade(study: FerStudy, file: Path, accuracy: float, n: int) -> str:
    """Record the accuracy of a submission; returns what was recorded, in one line.

    Args:
        accuracy: in [0, 1].
        n: predictions that were graded; Kaggle may grade some of them only.

    Raises:
        BadInput: the study was not confirmed, the file is no submission or was changed since it
            was written, or ``n`` is more than its predictions.
    """
    confirmation = read(study)
    if confirmation is None:
        raise BadInput(
            f"study {study.study_name}: not confirmed yet, so it has no submission to be graded: "
            f"run `{confirm_command(read_snapshot(study))}`"
        )
    predictions = read_submission(file, len(study.definition.recipe.classes))
    if not 1 <= n <= len(predictions):
        most = counted(len(predictions), "prediction")
        raise BadInput(f"--n {n}: expected at least 1 and at most the {most} of {file}")
    digest = sha256_of(file)
    assert digest is not None, "it was just read"
    _check_unchanged(confirmation, file, digest)
    submission = next((s for s in confirmation.submissions if s.sha256 == digest), None)
    before = [grade for grade in confirmation.grades if grade.sha256 == digest]
    grade = Grade(file=file.name, sha256=digest, accuracy=accuracy, n=n, when=utc_now())
    update(study, lambda stands: stands.model_copy(update={"grades": (*stands.grades, grade)}))
    replaced = f", in place of {before[-1].accuracy:g}" if before else ""
    return (
        f"study {study.study_name}: {accuracy:g} (n = {n:,}) recorded for {file.name}, "
        f"{_what(submission)} (sha256 {digest[:16]}){replaced}"
    )


def _check_unchanged(confirmation: Confirmation, file: Path, digest: str) -> None:
    """Refuse a file that the study wrote and that is another now."""
    for each in confirmation.submissions:
        written = (confirmation.folder / each.file).resolve()
        if written == file.resolve() and digest != each.sha256:
            raise BadInput(
                f"{file}: sha256 = {digest[:16]}…: expected {each.sha256[:16]}…: it was changed "
                "since the study wrote it: `fer search confirm` writes it again; grade that"
            )


def _what(submission: Submission | None) -> str:
    if submission is None:
        return "which is none of the study's submissions and is no part of its answer"
    if len(submission.seeds) == 1:
        return f"the submission of seed {submission.seeds[0]}"
    return f"the submission of the mean of {counted(len(submission.seeds), 'seed')}"
