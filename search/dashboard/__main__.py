"""The dashboard beside a running study; started by ``search.dashboard.process``."""

import sys

from search.dashboard.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
