"""A fake API server with many pods: `python -m tests.bench.server PODS KUBECONFIG`; ends when its input does."""

import sys
from pathlib import Path

from diag.model.kinds import KINDS
from tests.bench.data import encoded
from tests.fake_api import FakeApi

if __name__ == "__main__":
    with FakeApi() as api:
        for kind in KINDS:
            api.add(kind.plural)
        api.serve_raw("pods", encoded(int(sys.argv[1])))
        api.kubeconfig(Path(sys.argv[2]))
        print("ready", flush=True)
        sys.stdin.read()
