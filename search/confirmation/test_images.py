"""The test images of a confirmation: with labels, without, or none."""

from fer.errors import BadInput
from fer.faces import Faces, load_faces, open_source
from fer.faces.synthetic import SYNTHETIC
from search.confirmation.options import Options
from search.confirmation.record import Confirmation
from search.confirmation.submissions import write_submissions
from search.confirmation.test_labels import evaluate_test, has_test_labels
from search.storage.study import FerStudy


def check_test_images(options: Options) -> None:
    """Check before hours of training that a source of test images has some.

    Raises:
        BadInput: it has none, or cannot be read.
    """
    if options.test is not None and not _has_test(options.test):
        raise BadInput(f"--test {options.test}: no test images in it: expected a split `test`")


def use_test_images(
    study: FerStudy, confirmation: Confirmation, options: Options, faces: Faces
) -> str:
    """Evaluate the final runs on labelled test images, or write submissions of unlabelled ones.

    Returns:
        What is to be said where there are no labels.
    """
    source, classes = options.test_source, faces.classes
    if not _has_test(source):
        return (
            f"{source} has no test images, so the answer is from held-out folds only; name them "
            f"with --test SOURCE"
        )
    if has_test_labels(source, classes):
        evaluate_test(
            study, source, faces, confirmation.folder, options.command, again=options.again
        )
        return ""
    write_submissions(study, confirmation, load_faces(source, "test", classes))
    return (
        f"the test images of {source} have no labels, so the answer is from held-out folds only; "
        f"have a submission graded and record it with `fer search grade`"
    )


def _has_test(source: str) -> bool:
    return source == SYNTHETIC or "test" in open_source(source)
