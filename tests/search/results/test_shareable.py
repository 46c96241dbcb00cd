"""What a study stores, without the names of the machines that ran it."""

import pytest

from search.results.shareable import Hosts, shareable_command, shareable_text


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("fer search run quick --data synthetic", "fer search run quick --data synthetic"),
        ("/usr/bin/fer search run ~/a/b.toml", "fer search run b.toml"),
        (
            "fer search run q --data /home/eve/f.zip --hours 2",
            "fer search run q --data f.zip --hours 2",
        ),
        ("fer search run q --data=/home/eve/f.zip", "fer search run q --data=f.zip"),
        (
            "fer search run q --storage sqlite:////home/eve/s.db",
            "fer search run q --storage sqlite:///s.db",
        ),
        (
            "fer search run q --storage postgresql://eve:***@host.example/studies",
            "fer search run q --storage postgresql://USER@HOST/DATABASE",
        ),
        (
            "fer search run q '--storage=postgresql://host.example/studies?user=eve&password=***'",
            "fer search run q --storage=postgresql://USER@HOST/DATABASE",
        ),
        ("", ""),
        ("fer search run 'q --data /home/eve/f.zip", "fer search run 'q --data f.zip"),
    ],
)
def test_a_command_keeps_the_names_of_its_files(command, shown):
    assert shareable_command(command) == shown


def test_a_text_keeps_the_names_of_its_files():
    text = "OSError: /home/eve/runs/3/checkpoint.pt: No space; 3 images/s, see https://a.b/c"
    assert shareable_text(text) == (
        "OSError: checkpoint.pt: No space; 3 images/s, see https://a.b/c"
    )


def test_machines_are_numbered():
    hosts = Hosts()
    assert [hosts("eve"), hosts("adam"), hosts("eve")] == ["machine-1", "machine-2", "machine-1"]
    assert hosts.in_session("2026-05-04T08:00/adam/7") == "2026-05-04T08:00/machine-2/7"
