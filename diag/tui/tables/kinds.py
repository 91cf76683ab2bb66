"""The table of each kind, and the words that a reader may type for it."""

from diag.model.kinds import BY_PLURAL, KINDS, SHORT_NAMES
from diag.tui.tables import keeping, network, places, storage, workloads
from diag.tui.tables.field import AGE, NAME, NAMESPACE, KindTable, since, text
from diag.tui.tables.pods import PODS

WORKLOADS = workloads.WORKLOADS.plural
_MORE = (
    KindTable(
        "leases",
        NAMESPACE,
        NAME,
        text("holder", "HOLDER", 30, lambda _, lease: lease.spec.holder_identity),
        since("renewed", "RENEWED", 7, lambda _, lease: lease.spec.renew_time),
        AGE,
    ),
    KindTable(
        "certificatesigningrequests",
        NAME,
        text("signer", "SIGNERNAME", 30, lambda _, request: request.spec.signer_name),
        text("requestor", "REQUESTOR", 24, lambda _, request: request.spec.username),
        text(
            "condition",
            "CONDITION",
            10,
            lambda _, request: ",".join(one.type for one in request.status.conditions) or "Pending",
        ),
        AGE,
    ),
)
TABLES: dict[str, KindTable] = {
    table.plural: table
    for table in (
        PODS,
        *workloads.TABLES,
        *keeping.TABLES,
        *storage.TABLES,
        *places.TABLES,
        *network.TABLES,
        *_MORE,
    )
}
# Words that people use beside the names that kubectl knows.
_WORDS = {
    "claim": "persistentvolumeclaims",
    "claims": "persistentvolumeclaims",
    "ep": "endpointslices",
    "endpoints": "endpointslices",
    "volume": "persistentvolumes",
    "volumes": "persistentvolumes",
    "wl": WORKLOADS,
    "workload": WORKLOADS,
    WORKLOADS: WORKLOADS,
}


def table_for(plural: str) -> KindTable:
    """The table of a kind, or of `workloads`; of a kind without columns of its own just name and age."""
    if plural in TABLES:
        return TABLES[plural]
    known = BY_PLURAL.get(plural)
    places_too = () if known is not None and not known.namespaced else (NAMESPACE,)
    return KindTable(plural, *places_too, NAME, AGE)


def members(plural: str) -> tuple[str, ...]:
    """The kinds whose records stand in a table: the kind itself, or all that make up `workloads`."""
    return workloads.MERGED if plural == WORKLOADS else (plural,)


def aliases() -> dict[str, str]:
    """By each word that names a kind (plural, singular, short name, in small letters) the plural of its table."""
    named = {word: kind.plural for kind in KINDS for word in (kind.plural, kind.kind.lower())}
    return named | SHORT_NAMES | _WORDS
