"""The process of one timed run: ``python -m benchmarks.speedrun.process``.

It reads an assignment from stdin, and prints the number of each epoch that is finished.
"""

import signal
import sys

from benchmarks.speedrun.timed_run import Assignment, time_run


def main() -> None:
    """Train as assigned; SIGINT is left to the parent, which ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assignment = Assignment.model_validate_json(sys.stdin.read())
    time_run(assignment, lambda epoch: print(epoch, flush=True))


if __name__ == "__main__":
    main()
