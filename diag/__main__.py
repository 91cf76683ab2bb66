"""`python -m diag` is `mondiag`."""

import sys

from diag.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
