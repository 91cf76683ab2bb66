"""Services that nothing serves, or only in part, and that are in order."""

from typing import Any

import pytest

from diag.facts import unserved
from tests.facts.test_services import first, service

SET = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": "db", "uid": "u", "controller": True}
