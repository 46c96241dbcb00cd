"""All findings of a study, on a terminal and as JSON values."""

import json

from made_snapshots import evidence, record, snapshot
from rich.console import Console

from search.results.findings import Material
from search.results.findings.base import LEVEL, SIGNIFICANT, TESTS
from search.results.findings.shown import findings_json, print_findings
from search.results.verdict import judge


def material(*trials):
    study = snapshot(record(0, 0.7), *trials)
    return Material(study, judge(study, evidence(600)), ())


def shown(*trials, capsys):
    print_findings(material(*trials), Console(width=80))
    return capsys.readouterr().out


def test_each_finding_has_a_number_what_to_do_its_id_and_its_evidence(capsys):
    text = shown(record(1, 0.82), record(2, 0.815), capsys=capsys)
    assert text.startswith("made: 2 findings, the most useful first\n\n1. Run more trials")
    assert "2. Train the best few recipes with several seeds before you rank them " in text
    assert "(fer search confirm made) [noise]" in " ".join(text.split())
    assert "   1 other complete trial lies within" in text


def test_a_study_without_findings_says_so(capsys):
    # Its baseline is better than all of its trials, which are too many to be few.
    text = shown(*[record(n, 0.5 + n / 1000) for n in range(1, 12)], capsys=capsys)
    assert text.startswith("made: no findings\n")


def test_the_level_that_the_tests_share_is_told(capsys):
    text = " ".join(shown(record(1, 0.82), capsys=capsys).split())
    assert len(TESTS) * SIGNIFICANT == LEVEL
    assert "4 findings rest on a test of significance (edge, rising, coupled, " in text
    assert "each at 1.25 %" in text
    assert "(Bonferroni)" in text


def test_as_json_a_finding_has_id_action_and_evidence():
    values = json.loads(json.dumps(findings_json(material(record(1, 0.82)))))
    assert values["study"] == "made"
    assert [set(finding) for finding in values["findings"]] == [{"id", "action", "evidence"}] * 2
    assert values["tests"]["level_of_each"] == 0.0125
