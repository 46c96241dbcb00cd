"""What to try next: the findings of a study, each with its evidence."""

from reports.data.study_data import StudyData


def advice(data: StudyData) -> tuple[str, ...]:
    """A sentence for each finding, the most useful first."""
    return tuple(finding.sentence for finding in data.findings)
