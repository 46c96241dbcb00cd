"""The dashboard process of a running study; started by ``reports.dashboard.process``."""

import sys

from reports.dashboard.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
