"""Whom or what a line of a log names: the other end of a connection, a host, a port, a path."""

import re

_HOSTNAME = r"[A-Za-z0-9_](?:[\w.-]{0,251}\w)?"
_ADDRESS = rf"(?P<host>\[[0-9A-Fa-f:.%]{{2,60}}\]|{_HOSTNAME})"
_PEERS = tuple(
    re.compile(expression)
    for expression in (
        rf"(?:dial|read|write) (?:tcp|udp)[46]? (?:[^\s>]{{1,60}}->)?{_ADDRESS}:(?P<port>\d{{1,5}})",
        rf"\b(?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET) {_ADDRESS}:(?P<port>\d{{1,5}})",
        r"\bECONNREFUSED (?P<host>::1):(?P<port>\d{1,5})",
        rf"\(host={_ADDRESS}\)\(port=(?P<port>\d{{1,5}})",
        rf"server at `{_ADDRESS}`?:`?(?P<port>\d{{1,5}})`",
        rf"\bhost='{_ADDRESS}',? port=(?P<port>\d{{1,5}})",
        rf"server at \W{{1,3}}{_ADDRESS}\W{{1,3}}(?: \([^)]{{1,60}}\))?, port (?P<port>\d{{1,5}})",
        rf"Connect call failed \('{_ADDRESS}', (?P<port>\d{{1,5}})",
        rf"(?:[Cc]onnect(?:ion|ing)?) to (?:server |Redis at )?(?:tcp://|https?://)?'?{_ADDRESS}:(?P<port>\d{{1,5}})\b",
        rf"(?:to|for|host|remote host) [\"']?{_ADDRESS}[\"']?,? port (?P<port>\d{{1,5}})",
        rf"connect\(2\) for [\"']{_ADDRESS}[\"'] port (?P<port>\d{{1,5}})",
        rf"(?:server|host) (?:on |at )'{_ADDRESS}(?::(?P<port>\d{{1,5}}))?'",
        rf"\b(?:https?|tcp|amqps?|rediss?|mongodb|postgres(?:ql)?|mysql|kafka|nats|ws|grpc|ldaps?)://"
        rf"(?:[^/\s@]{{1,80}}@)?{_ADDRESS}(?::(?P<port>\d{{1,5}}))?",
        rf"[(/ ]{_ADDRESS}[:/](?:\d+\.\d+\.\d+\.\d+:)?(?P<port>\d{{2,5}})\)?(?![\w:.])",
        rf"(?:^| ){_ADDRESS}:(?P<port>\d{{2,5}})(?![\w.]|:\S)",
        rf"on host \W{{1,3}}{_ADDRESS}\W{{1,3}}(?:\([^)]{{1,60}}\) )?and accepting TCP/IP connections on port "
        rf"(?P<port>\d{{1,5}})",
        rf"remote host \({_ADDRESS}\)",
    )
)
_HOSTS = tuple(
    re.compile(expression)
    for expression in (
        rf"\blookup {_ADDRESS}\.?(?: on |:)",
        rf"\b(?:ENOTFOUND|EAI_AGAIN) {_ADDRESS}(?::(?P<port>\d{{1,5}}))?",
        rf"(?:host name|server host|server on|in upstream|[Ff]ailed to resolve|hostname|bad address|can't resolve"
        rf"|host) ['\"]{_ADDRESS}(?::(?P<port>\d{{1,5}}))?['\"]",
        rf"getaddrinfo (?:for )?{_ADDRESS} failed",
        rf"UnknownHostException: {_ADDRESS}",
        rf"(?:[Rr]esolve (?:host|server|address|hostname|proxy)|unknown host|resolution failed for|can't find):?"
        rf" '?{_ADDRESS}(?::(?P<port>\d{{1,5}}))?",
        rf"connecting to {_ADDRESS}:(?P<port>\d{{1,5}})",
        rf"\({_ADDRESS}:(?P<port>\d{{1,5}})\)",
        rf"\b(?:https?|tcp|amqps?|rediss?|mongodb|postgres(?:ql)?|mysql)://(?:[^/\s@]{{1,80}}@)?{_ADDRESS}(?::"
        rf"(?P<port>\d{{1,5}}))?",
        rf"(?:^| ){_ADDRESS}:(?P<port>\d{{2,5}})(?![\w:.])",
    )
)
_PORTS = tuple(
    re.compile(expression)
    for expression in (
        r"[Pp]ort (\d{1,5})\b",
        r"(?:listen|bind|address|use|on|to|for|socket)\b[^\d]{0,60}(?:\[[0-9a-fA-F:]*\]|[\d.]+|[\w.*-]*|:{1,3}"
        r"|::):(\d{1,5})\b",
        r"\('[^']{0,60}', (\d{1,5})\)",
        r"[\]:*](\d{2,5})(?:/|\b)(?!:)",
    )
)
# Names that stand before a colon and a number and are no hosts: a file and its line, words.
_NO_HOST = re.compile(
    r"(?:\.(?:go|py|js|mjs|cjs|ts|tsx|java|kt|scala|rb|rs|c|cc|cpp|h|php|cs|fs|ex|exs|pl|lua|sh|ya?ml|json|conf)"
    r"|^(?:line|code|errno|error|port|at|pid|tid|thread|id|status|http|https|tcp|udp|time|ms|column|[0-9]{1,2}))$",
    re.IGNORECASE,
)
_QUOTED_PATH = re.compile(r"[\"'`‘](?P<path>(?:/|\./|[A-Za-z]:\\)[^\"'`’\n]{0,300})[\"'`’]")
_BARE_PATH = re.compile(r"(?<![\w/:.@-])(?P<path>/[\w.@%+=,~-][\w./@%+=,~-]{0,300})")


def peer(text: str) -> str:
    """The other end, as `host:port`, or the host alone; empty where the line names none."""
    return _address(_PEERS, text)


def host(text: str) -> str:
    """The host whose name was looked up, with the port where the line tells it; empty where it names none."""
    return _address(_HOSTS, text)


def _address(expressions: tuple[re.Pattern[str], ...], text: str) -> str:
    """The host that is named, with its port where there is one."""
    for expression in expressions:
        for found in expression.finditer(text):
            name = found["host"].rstrip(".")
            number = found.groupdict().get("port")
            if not _NO_HOST.search(name):
                name = f"[{name}]" if name.startswith(":") else name
                return f"{name}:{number}" if number else name
    return ""


def port(text: str) -> str:
    """The port that was to be listened on; empty where the line names none."""
    found = (expression.search(text) for expression in _PORTS)
    return next((match[1] for match in found if match), "")


def path(text: str, place: int = 0) -> str:
    """The path that an error at `place` is about: quoted or right after it, else the last before it, else any after it.

    Empty where the line names none.
    """
    after = _QUOTED_PATH.search(text, place) or _BARE_PATH.match(text, place)
    if after is not None:
        return _trimmed(after["path"])
    before = [m for e in (_QUOTED_PATH, _BARE_PATH) for m in e.finditer(text, 0, place)]
    later = _BARE_PATH.search(text, place)
    found = max(before, key=lambda m: m.start("path"), default=later)
    return _trimmed(found["path"]) if found else ""


def _trimmed(path: str) -> str:
    return path.rstrip(".,:;") or path
