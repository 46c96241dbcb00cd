"""What the soak test of the dashboard counts as a fault."""

import http.server
import threading

import pytest

from reports.dashboard.listen import HOST, listen
from tools import dashboard_soak as soak
from tools.dashboard_soak import Polls


@pytest.fixture
def not_found():
    """The address of a server that finds nothing."""

    class NotFound(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer((HOST, 0), NotFound) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


def polled(address: str) -> Polls:
    stop, polls = threading.Event(), Polls(pause=0.01)
    threading.Timer(0.5, stop.set).start()
    polls.poll(address, stop)
    return polls


def test_a_poll_that_finds_nothing_is_a_fault(not_found):
    polls = polled(not_found)
    assert set(polls.statuses) == {404}
    assert any("not answered" in fault for fault in soak.wrong(polls, [], 1, 130))


@pytest.mark.parametrize("listening", [True, False], ids=["nobody answers", "nobody listens"])
def test_a_poll_without_an_answer_is_a_fault(listening, monkeypatch):
    monkeypatch.setattr(soak, "TIMEOUT_SECONDS", 0.2)
    with listen(HOST, 0) as socket:
        address = f"http://{HOST}:{socket.getsockname()[1]}"
        if not listening:
            socket.close()
        polls = polled(address)
    assert set(polls.statuses) == {soak.UNANSWERED}
    assert any("not answered" in fault for fault in soak.wrong(polls, [], 1, 130))
