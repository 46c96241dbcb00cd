"""Changing a study's confirmation in its storage: each change whole, and none lost."""

from collections.abc import Callable

from search.confirmation.record import KEY, Confirmation, confirmation_in
from search.storage.study import FerStudy


def store(study: FerStudy, confirmation: Confirmation) -> None:
    """Begin the confirmation anew; to be called under the storage's lock."""
    study.set_user_attr(KEY, confirmation.model_dump(mode="json"))


def read(study: FerStudy) -> Confirmation | None:
    """The confirmation as it stands."""
    return confirmation_in(study.user_attrs, study.study_name, study.opened.folder)


def update(study: FerStudy, change: Callable[[Confirmation], Confirmation]) -> Confirmation:
    """Change the confirmation that stands, under the storage's lock; returns the new one."""
    with study.opened.lock():
        stands = read(study)
        assert stands is not None, "it has begun"
        changed = change(stands)
        store(study, changed)
        return changed


def lock_name(study: FerStudy) -> str:
    """Of the storage's lock that a process holds while it confirms the study."""
    return f"confirm-{study.id}"
