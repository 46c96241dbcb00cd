"""What to try next: the findings of a study, each with its evidence."""

from reports.data.study_data import StudyData
from search.results.findings import Material, find_all


def advice(data: StudyData) -> tuple[str, ...]:
    """A sentence for each finding, the most useful first."""
    material = Material(data.snapshot, data.verdict, data.importances)
    return tuple(finding.sentence for finding in find_all(material))
