"""`python -m diag` is `mondiag`."""

from diag.cli.main import process

if __name__ == "__main__":
    process()
