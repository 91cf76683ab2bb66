"""What mondiag promises on speed and memory, measured as ratios within one run: `python -m tests.bench`."""
