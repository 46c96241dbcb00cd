"""The study's note: how the study stands, in facts, and what a person wrote under them."""

import dataclasses

import pytest
from made_confirmations import confirmation
from made_snapshots import DATA, definition, random_trials, record, snapshot
from optuna_dashboard import get_note

from fer.markdown import escape
from reports.dashboard.attribute_batch import AttributeBatch
from reports.dashboard.publish import Publisher
from reports.dashboard.study_note import OWN_LINE, study_note
from reports.data.study_data import StudyData
from reports.pages.study import study_page
from search.config.limits import Budget, Stop, StudyLimits
from search.confirmation.answer import answer
from search.execution.budget import Ending
from search.results import published
from search.results.audit_text import audit_paragraph
from search.storage.sessions import begin_session


def note(study, before: str = "") -> str:
    return study_note(StudyData(study), before).replace("\u00a0", " ")


def two(**changes):
    return snapshot(record(0, 0.78), record(1, 0.86), **changes)


def test_the_note_has_the_verdict_and_the_facts():
    limits = StudyLimits(budget=Budget(trials=8, epochs=100, hours=2), stop=Stop(target=0.9))
    text = note(two(limits=limits, definition=definition(5, baseline_cut=True)))
    assert "Trial 1, the best of 1 searched trial, has a validation accuracy of 86.00 %" in text
    assert "The study has not ended." in text
    assert "| **Target** | 90.00 % on the held-out faces |" in text
    assert "trial 0, the published recipe, cut to 5 epochs: 78.00 %" in text
    assert "2 of 8 trials, 2 of 100 epochs, 60.0 minutes of 2 hours" in text
    assert "2 trials (the baseline and 1 searched): 2 complete, 0 pruned, 0 failed |" in text
    assert "faces.zip: 1,500 angry, 2,700 happy, 1,800 neutral; 600 of them held out" in text
    assert "2 workers" in text


def test_the_first_line_of_the_note_is_the_answer():
    for study in (two(), two(confirmation=confirmation())):
        assert note(study).startswith(f"**{escape(answer(study).line)}**\n\n")


def test_the_note_says_why_the_study_ended():
    text = note(two(ending=Ending("the budget of 8 trials is spent")))
    assert "The study has ended: the budget of 8 trials is spent." in text


def test_what_matters_most_is_in_the_note():
    assert "**Importance**" in note(snapshot(*random_trials(40)))
    assert "**Importance**" not in note(two())


def test_before_anything_has_run_the_note_says_so():
    text = note(snapshot(data=None))
    assert "No trial of the search space has started" in text
    assert "no trial yet" in text


def test_a_command_cannot_leave_its_block():
    sessions = two().sessions
    command = "fer search run made --data f.zip ```<script>"
    text = note(two(sessions=(dataclasses.replace(sessions[0], command=command),)))
    assert f"````\n{command}\n````" in text


def test_text_of_others_is_escaped():
    text = note(two(data={**DATA, "source": "<b>|*faces*"}))
    assert r"\<b\>\|\*faces\*" in text


def test_the_published_accuracy_stands_beside_its_own_faces_only():
    assert "published: " not in note(two())
    own = {**DATA, "counts": dict(published.COUNTS)}
    assert "published: 81.11 % on held-out faces, 82.24 % on test faces" in note(two(data=own))


def test_what_a_person_wrote_below_the_line_stays():
    before = note(two()) + "\n\nMy own thoughts."
    assert note(two(), before).endswith(f"{OWN_LINE}\n\nMy own thoughts.")


def test_a_note_without_the_line_is_a_persons_and_stays_whole():
    first = note(two(), "Mine alone.")
    assert first.endswith(f"{OWN_LINE}\n\nMine alone.")
    assert note(two(), first) == first


@pytest.mark.parametrize("storage", ["studies.db", "studies.journal"])
def test_the_note_is_where_the_dashboard_reads_it(open_cheap, run_serially, storage):
    study = open_cheap(storage=storage)
    begin_session(study, 2, "fer search run cheap")
    run_serially(study)
    publisher = Publisher(study)
    publisher.publish()
    assert "the best of 7" in get_note(study)
    batch = AttributeBatch(study)
    batch.write_note(get_note(study) + "\n\nMy own thoughts.")
    batch.store()
    publisher.publish()
    assert get_note(study).endswith("My own thoughts.")
    assert get_note(study).count(OWN_LINE) == 1


def test_all_findings_are_in_the_note_and_on_the_page():
    study = StudyData(snapshot(*random_trials(60)))
    assert len(study.findings) > 1
    text, hints = study_note(study), study_page(study).hints
    for finding in study.findings:
        assert f"\n- {escape(finding.sentence)}\n" in text
        assert finding.sentence in hints
    assert len(hints) == len(study.findings)


def test_the_audit_is_a_paragraph_of_the_note_and_of_the_figure_of_pruning():
    pruner = {"kind": "successive_halving", "min_resource": 2, "audit": 0.1}
    trials = [record(0, 0.7), record(1, [0.5, 0.8]), record(2, [0.4, 0.6, 0.7], audited=2)]
    study = StudyData(snapshot(*trials, definition=definition(3, pruner=pruner)))
    paragraph = audit_paragraph(study.audit)
    assert "1 of 1\u00a0stopped trial was audited" in paragraph
    assert f"| **Audit** | {escape(paragraph)} |" in study_note(study)
    figure = next(f for f in study_page(study).figures if f.id == "pruning-savings")
    assert figure.sentence.endswith(paragraph)
    assert "**Audit**" not in note(two())
