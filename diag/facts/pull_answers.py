"""What a failed pull means: the texts of registries, networks, runtimes and the kubelet, and which one counts."""

import re
from functools import lru_cache

from diag.facts.images import Reference, parse_reference

# What each answer looks like, in the order in which they are tried: an error often wraps another, and the first
# expression that is found is the one nearest to the cause. Texts of containerd 1.4 to 2.3 (core/remotes/docker,
# core/transfer/local/pull.go), CRI-O with containers/image (docker/errors.go, pkg/shortnames), moby behind cri-dockerd
# (distribution/errors.go), and the kubelet (images/image_manager.go, util/parsers). Where a URL stood, URL stands.
ANSWERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(expression))
    for name, expression in (
        (
            "disk-full",
            r"no space left on device|Insufficient free disk space|not enough space on the disk|[Dd]isk quota exceeded",
        ),
        (
            "invalid-name",
            r"invalid reference format|couldn't parse image (?:name|reference)|failed to parse image reference"
            r"|InvalidImageName|repository name \([^)]*\) must be lowercase",
        ),
        ("never-pull", r"is not present with pull policy of Never|ErrImageNeverPull"),
        (
            "wrong-arch",
            r"no match for platform in manifest|no matching manifest for|does not support platform"
            r"|no image found in (?:manifest list|image index) for architecture"
            r"|cannot download image with operating system|operating system .{0,80}cannot be used on this platform",
        ),
        ("rate-limited", r"(?i:too ?many ?requests)|pull rate limit|URL 429\b|StatusCode: 429|(?i:rate exceeded)"),
        ("kubelet-qps", r"pull QPS exceeded"),
        (
            "signature-rejected",
            r"SignatureValidationFailed|signature validation failed|Source image rejected"
            r"|image verifier .{0,300}blocked pull|blocking pull of .{0,300}image verifier",
        ),
        (
            "legacy-manifest",
            r"no longer supported since containerd|schema 1 .{0,80}(?:no longer supported|is disabled|been removed)"
            r"|manifest\.v1\+\S+ not supported|unsupported manifest (?:media type|format)"
            r"|unsupported media type application/|Encountered remote \"",
        ),
        (
            "short-name",
            r"short-name .{0,300}did not resolve|short-name resolution enforced|short name mode is enforcing"
            r"|trying to pull an unqualified image",
        ),
        (
            "runtime-error",
            r"dial unix |Cannot connect to the Docker daemon|error reading from server|transport is closing"
            r"|code = Unimplemented|[Ff]ailed to inspect image",
        ),
        (
            "registry-tls",
            r"x509: |tls: (?!handshake timeout)|server gave HTTP response to HTTPS client|malformed HTTP response"
            r"|certificate signed by unknown authority|HTTP request to an HTTPS server",
        ),
        (
            "registry-dns",
            r"no such host|Temporary failure in name resolution|server misbehaving|\blookup \S+(?: on \S+)?: ",
        ),
        (
            "unpack-error",
            r"failed to (?:extract layer|register layer|prepare extraction snapshot)|apply layer error|layer not known"
            r"|failed to unpack image(?!.{0,200}unexpected media type text/)|failed to get reader from content store"
            r"|content digest \S+ not found|containerd image store|failed commit on ref|adding layer with blob"
            r"|processing tar file|error creating overlay mount|read-only file system|input/output error",
        ),
        (
            "registry-unreachable",
            r"connection refused|no route to host|(?:network|host) is (?:unreachable|down)|i/o timeout"
            r"|connection timed out|TLS handshake timeout|deadline exceeded|code = DeadlineExceeded"
            r"|Client\.Timeout exceeded|request canceled|context canceled|connection reset by peer|broken pipe|\bEOF\b"
            r"|client connection (?:lost|force closed)|use of closed network connection|stream error|sent GOAWAY"
            r"|proxyconnect|(?i:proxy authentication required)|RegistryUnavailable|registry is unavailable"
            r"|unexpected media type text/|invalid character '<'|StatusCode: 5\d\d|URL 5\d\d\b"
            r"|\b5\d\d \(?(?i:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)"
            # a proxy that refuses to connect is told by its status text alone (net/http transport.go)
            r'|"URL": (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)\s*$',
        ),
        (
            "auth",
            r"insufficient_scope|authorization failed|failed to authorize|failed to fetch (?:oauth|anonymous) token"
            r"|(?<![\w./-])(?i:unauthorized)(?![\w./-])|(?<!permission )\b(?:denied|DENIED)\b"
            r"|no basic auth credentials|(?i:authentication (?:is )?required)|invalid username/password|not authorized"
            r"|token (?:has )?expired"
            r"|\b40[13] \(?(?i:unauthorized|forbidden)|access forbidden|URL 40[13]\b|StatusCode: 40[13]",
        ),
        (
            "not-found",
            r"(?i:manifest[ _]unknown|name[ _]unknown|blob[ _]unknown|unknown blob)|\b404 \(?(?i:not found)|URL 404\b"
            r"|StatusCode: 404|(?:manifest for|repository|artifact|image|content at|[Tt]ag) .{1,300}not found"
            r"|: not found\b|code = NotFound",
        ),
    )
)
NAMES: tuple[str, ...] = tuple(name for name, _ in ANSWERS)
_URL = re.compile(r"[a-z]+://[^\s\"\\]+")
_TAG = re.compile(r"manifest \S+ in |\[manifests [^\]]*\]")
_ARTIFACT = "; artifact err:"  # CRI-O tries each image as an OCI artifact, too; what that says is beside the point
# With several credentials the kubelet tells the error of each attempt: `[one, another]` (kuberuntime_image.go).
_NEXT = re.compile(
    r", (?=rpc error: code|failed to pull and unpack|Error response from daemon|initializing source|unable to pull"
    r"|reading manifest|pinging container registry|RegistryUnavailable|SignatureValidationFailed)"
)
# Of several attempts the one that came farthest counts; what is not listed here came farther than all of these.
_FARTHEST = (
    "wrong-arch", "rate-limited", "auth", "not-found", "registry-tls", "registry-dns", "registry-unreachable",
    "runtime-error", "unknown",
)  # fmt: skip
_LONGEST = 10_000
_WRAPPERS = re.compile(
    r'(?:rpc error: code = \w+ desc = |failed to pull and unpack image "[^"]*": |failed to resolve reference "[^"]*": '
    r"|failed to resolve image: |Error response from daemon: |unable to pull image or OCI artifact: "
    r"|pull image err: |initializing source \S+: )+"
)
_NO_SECRET = re.compile(r'(invalid decoded auth: )"(?:[^"\\]|\\.)*"?')
_HOSTS = (
    re.compile(r"\blookup ([\w.-]+)"),
    re.compile(r"proxyconnect tcp: dial tcp (\[?[\w.:-]+\]?:\d+)"),
    re.compile(r"https?://(?:[^/@\s\"]*@)?([\w.:\[\]-]+)"),
    re.compile(r"dial tcp (\[?[\w.:-]+\]?:\d+)"),
)


@lru_cache(maxsize=4096)
def classify(error: str, image: str) -> str:
    """What an error of a pull means, as one of NAMES; `unknown` when it is none, `untold` when the error is empty."""
    if not error.strip():
        return "untold"
    return min((_answer(plain(attempt, image)) for attempt in attempts(error)), key=_rank)


def _answer(text: str) -> str:
    return next((name for name, expression in ANSWERS if expression.search(text)), "unknown")


def _rank(answer: str) -> int:
    return _FARTHEST.index(answer) if answer in _FARTHEST else -1


def attempts(error: str) -> list[str]:
    """The errors that an error consists of: one for each set of credentials that was tried."""
    error = error.strip()[:_LONGEST]
    parts = _NEXT.split(error.removeprefix("[").removesuffix("]")) if error.startswith("[") else [error]
    return [part.partition(_ARTIFACT)[0] for part in parts]


def core(error: str) -> str:
    """The error without what runtimes wrap around it, each attempt once, and without credentials."""
    told = dict.fromkeys(_WRAPPERS.sub("", part, count=1) for part in attempts(error))
    return withheld("; ".join(told)).rstrip(". \n")


def withheld(error: str) -> str:
    """The error without the credentials that containerd repeats when it cannot read them (cri image_pull.go)."""
    return _NO_SECRET.sub(r"\1(withheld)", error)


def host(error: str, image: str) -> str:
    """The host that the error speaks of, a proxy or a mirror perhaps; the image's registry when it names none."""
    for expression in _HOSTS:
        found = expression.search(error)
        if found:
            return found[1].rstrip(":.")
    return parse_reference(image).registry


def plain(error: str, image: str) -> str:
    """The error without URLs and names: a repository may be called anything, `unauthorized` too."""
    text = _TAG.sub("manifest TAG in ", _URL.sub("URL", error))
    reference = parse_reference(image)
    for name in (image, reference.name, reference.repository, _familiar(reference)):
        text = _name(name).sub(r"\1IMAGE", text) if name else text
    return text


@lru_cache(maxsize=4096)
def _name(name: str) -> re.Pattern[str]:
    """Finds a name with its tag and digest. One that is a bare word is a name only where a name is expected."""
    bare = not re.search(r"[/:@]", name)
    before = r"\b((?:for|repository:?|image|manifest) ['\"]?)" if bare else r"(?<![\w.-])()"
    return re.compile(rf"{before}{re.escape(name)}(?::\w[\w.-]*)?(?:@[\w:+.-]+)?(?![\w/-])")


def _familiar(reference: Reference) -> str:
    """The name as Docker shows it: without what it fills in."""
    return reference.repository.removeprefix("library/")
