"""What applications say when they give up: the expressions by which a line is told, and the words for each kind.

The words are those of the standard libraries, drivers and servers themselves: Go, Java, Python, Node.js, Ruby, PHP,
.NET, Rust, C libraries, shells, PostgreSQL, MySQL, Redis, MongoDB, nginx and the Prometheus family.
"""

import re
from typing import NamedTuple

# What a kind of complaint is about: a peer (host and port), a host alone, a path, a port of one's own; of `named` kinds
# the expression itself says what (group `about`).
PEER, HOST, PATH, PORT, NAMED = "peer", "host", "path", "port", "named"


class Rule(NamedTuple):
    """An expression that tells one kind of complaint. `generic` ones say that it failed, and not over what."""

    kind: str
    subject: str
    pattern: re.Pattern[str]
    generic: bool = False


def _rule(kind: str, subject: str, *expressions: str, generic: bool = False) -> Rule:
    return Rule(kind, subject, re.compile("|".join(expressions)), generic)


# In the order in which they are tried: an error wraps others, and what is nearest to the cause comes first.
RULES: tuple[Rule, ...] = (
    # -- memory, executables: told more exactly elsewhere, known here so that nothing else is read into such lines -----
    _rule(
        "heap-exhausted",
        NAMED,
        r"java\.lang\.OutOfMemoryError(?!: unable to create)",
        r"JavaScript heap out of memory",
        r"System\.OutOfMemoryException",
        r"Allowed memory size of \d+ bytes exhausted",
    ),
    _rule(
        "memory-refused",
        NAMED,
        r"fatal error: (?:runtime: )?(?:out of memory|cannot allocate memory)",
        r"^(?:[\w.]+\.)?_?(?:Array)?MemoryError\b",
        r"std::bad_alloc|memory allocation of \d+ bytes failed|\(NoMemoryError\)",
        r"insufficient memory for the Java Runtime",
        r"[Cc]annot allocate memory|ENOMEM",
    ),
    _rule("exec-format", PATH, r"(?i:exec format error)"),
    # -- names ---------------------------------------------------------------------------------------------------------
    _rule(
        "dns-failed",
        HOST,
        r"\blookup \S{1,253}(?: on \S{1,80})?: .{0,120}(?:i/o timeout|connection refused|unreachable|server"
        r" misbehaving)",
        r"EAI_AGAIN|Temporary failure in name resolution|connection timed out; no servers could be reached",
        r"Timeout while contacting DNS servers",
    ),
    _rule(
        "unknown-host",
        HOST,
        r"no such host|\bENOTFOUND\b|Name or service not known|Name does not resolve|nodename nor servname",
        r"UnknownHostException|Unknown (?:MySQL server )?host|(?i:\bunknown host)|host not found in upstream",
        r"(?i:could ?n[o']t resolve (?:host|server|address|proxy))|bad address '|No such host is known|NXDOMAIN"
        r"|nxdomain",
        r"No address associated with hostname|DNS resolution failed|produced zero addresses|can't resolve '",
        r"(?:failed to|could not) (?:resolve|translate) host",
    ),
    # -- refused by whom it speaks to ----------------------------------------------------------------------------------
    _rule(
        "api-forbidden",
        NAMED,
        r'is forbidden: User "(?P<about>system:[^"]{1,300})" cannot (?:get|list|watch|create|update|patch|delete)',
    ),
    _rule(
        "login-refused",
        NAMED,
        r"(?:password|Peer|Ident|SCRAM|GSSAPI|LDAP|RADIUS|certificate) authentication failed for user \W{1,3}"
        r"(?P<about>[^\"'\\]{1,100})",
    ),
    _rule("login-refused", NAMED, r"Access denied for user '(?P<about>[^']{0,100})'@"),
    _rule(
        "login-refused",
        NAMED,
        r"no pg_hba\.conf entry for host [^,]{1,100}, user \W{1,3}(?P<about>[^\"'\\]{1,100})",
    ),
    _rule("login-refused", NAMED, r"Login failed for user '(?P<about>[^']{1,100})'"),
    _rule("login-refused", NAMED, r"\brole \W{1,3}(?P<about>[^\"\\]{1,100})\W{1,3} does not exist"),
    _rule("login-refused", NAMED, r"unable to authenticate user \[(?P<about>[^\]]{1,100})\]"),
    _rule(
        "login-refused",
        NAMED,
        r"\bNOAUTH\b|WRONGPASS|ERR invalid password|invalid username-password pair|ACCESS_REFUSED",
        r"SaslAuthenticationException|SASL authentication (?:error|failed)|missing authentication credentials",
        r"(?:Mongo|Authentication|OperationFailure|auth)[^:]{0,40}: ?Authentication failed|bad auth : ",
        r"InvalidClientTokenId|SignatureDoesNotMatch|InvalidAccessKeyId|ExpiredToken\b",
        r"\b401 (?:Client Error: )?Unauthorized|status(?: code)?[ :=]{1,2}401\b|(?i:invalid (?:api key|credentials))",
    ),
    _rule("missing-database", NAMED, r"\bdatabase \W{1,3}(?P<about>[^\"\\]{1,100})\W{1,3} does not exist"),
    _rule("missing-database", NAMED, r"Unknown database '(?P<about>[^']{1,100})'"),
    _rule("missing-database", NAMED, r'Cannot open database "(?P<about>[^"]{1,100})" requested by the login'),
    _rule("missing-database", NAMED, r"could not find your database: (?P<about>[\w-]{1,100})"),
    _rule("missing-table", NAMED, r"\brelation \W{1,3}(?P<about>[^\"\\]{1,200})\W{1,3} does not exist"),
    _rule("missing-table", NAMED, r"Table '(?P<about>[^']{1,200})' doesn't exist"),
    _rule("missing-table", NAMED, r"no such table: (?P<about>[\w.]{1,200})"),
    _rule("missing-table", NAMED, r"Invalid object name '(?P<about>[^']{1,200})'"),
    _rule(
        "too-many-connections",
        PEER,
        r"too many clients already|[Tt]oo many connections|remaining connection slots are reserved",
        r"max number of clients reached",
    ),
    _rule(
        "certificate",
        PEER,
        r"x509: |tls: failed to verify|CERTIFICATE_VERIFY_FAILED|certificate verify failed|PKIX path",
        r"(?i:self.signed certificate)|unable to get local issuer certificate|UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        r"CERT_HAS_EXPIRED|certificate has expired|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID",
        r"SSLHandshakeException|The remote certificate is invalid|first record does not look like a TLS handshake",
        r"server gave HTTP response to HTTPS client|WRONG_VERSION_NUMBER|(?i:ssl3_get_record:wrong version number)",
        r"server does not support SSL|invalid peer certificate",
    ),
    # -- its own port --------------------------------------------------------------------------------------------------
    _rule(
        "port-in-use",
        PORT,
        r"(?i:address already in use)|EADDRINUSE|[Pp]ort \d{1,5} (?:was|is) already (?:in use|allocated)",
        r"Connection in use: \(|Only one usage of each socket address",
    ),
    _rule(
        "port-forbidden",
        PORT,
        r"\bbind(?:\(\d*\))?\b.{0,120}(?i:permission denied)|listen EACCES",
        r"Permission denied.{0,40}(?:could not bind|make_sock)",
    ),
    # -- who does not answer -------------------------------------------------------------------------------------------
    _rule(
        "connection-refused",
        PEER,
        r"(?i:connection refused)|ECONNREFUSED|actively refused it|Connection to \S{1,260} refused",
        r"Can't connect to (?:(?:MySQL|MariaDB) )?server on .{1,260}\((?:111|111 .{0,40})\)",
        r"Error 111 connecting to|could not be established\. Broker may not be available",
        r"(?i:couldn't connect to server)|Connect call failed",
    ),
    _rule(
        "unreachable",
        PEER,
        r"(?i:no route to host)|EHOSTUNREACH|ENETUNREACH|(?i:network (?:is )?unreachable|host is unreachable)",
    ),
    _rule(
        "timed-out",
        PEER,
        r"dial (?:tcp|udp) .{0,120}(?:i/o timeout|operation was canceled|deadline exceeded)|ETIMEDOUT|ConnectTimeout",
        r"(?i:connection (?:attempt )?timed out|connect timed out|connection timeout|timeout expired|timed out"
        r" connecting)",
        r"ServerSelectionTimeoutError|MongoServerSelectionError|\[Errno 110\]|Can't connect to .{1,260}\(110\b",
        r"(?i:timed? ?out (?:waiting for|after|trying to) .{0,60}(?:connect|broker|database|server|available|ready))",
        r"Client\.Timeout exceeded|context deadline exceeded|Timed out waiting for a node assignment",
    ),
    _rule(
        "cannot-connect",
        PEER,
        r"Can't reach database server|Can't connect to (?:(?:MySQL|MariaDB) )?server on|not possible to connect to",
        r"(?i:(?:failed|unable|could not|cannot|can't) (?:to )?connect to )",
    ),
    _rule("connection-reset", PEER, r"(?i:connection reset by peer)|ECONNRESET|Communications link failure"),
    # -- files ---------------------------------------------------------------------------------------------------------
    _rule("no-space", PATH, r"(?i:no space left on device)|ENOSPC|(?i:disk quota exceeded)|EDQUOT"),
    _rule("read-only", PATH, r"(?i:read-only file ?system)|EROFS|readonly database|(?i:is read-only\b)"),
    _rule("not-executable", NAMED, r"^\S*sh: (?:\d+: |line \d+: )?(?P<about>\S{1,200}): Permission denied$"),
    _rule(
        "permission-denied",
        PATH,
        r"(?i:permission denied)|\bEACCES\b|AccessDeniedException(?=: /)|\bEPERM\b|(?i:operation not permitted)",
        r"Access to the path .{1,300} is denied|is not writable|Permission error",
    ),
    _rule("too-many-files", NAMED, r"(?i:too many open files)|EMFILE|ENFILE|inotify (?:instances|watches).{0,40}limit"),
    # -- the program itself --------------------------------------------------------------------------------------------
    _rule("missing-library", NAMED, r"error while loading shared libraries: (?P<about>[^:]{1,200}):"),
    _rule("missing-library", NAMED, r"version `(?P<about>GLIBC[\w.]{1,40})' not found"),
    _rule("missing-library", NAMED, r"Error loading shared library (?P<about>[^:]{1,200}):"),
    _rule("missing-library", NAMED, r"UnsatisfiedLinkError: (?:no )?(?P<about>\S{1,200})"),
    _rule("missing-module", NAMED, r"ModuleNotFoundError: No module named '?(?P<about>[\w.]{1,200})"),
    _rule("missing-module", NAMED, r"ImportError: (?:No module named |cannot import name )'?(?P<about>[\w.]{1,200})"),
    _rule("missing-module", NAMED, r"Cannot find (?:module|package) '(?P<about>[^']{1,300})'"),
    _rule("missing-module", NAMED, r'Could not import module "(?P<about>[^"]{1,200})'),
    _rule("missing-module", NAMED, r"cannot load such file -- (?P<about>\S{1,200})"),
    _rule(
        "missing-module",
        NAMED,
        r"Could not find gem '(?P<about>[^']{1,100})|Could not find \S+ in (?:any of the|locally)",
    ),
    _rule("missing-module", NAMED, r"Could not load file or assembly '(?P<about>[^',]{1,200})"),
    _rule("missing-module", NAMED, r'(?:Class|Interface) "(?P<about>[^"]{1,200})" not found'),
    _rule("missing-module", NAMED, r"Could not find or load main class (?P<about>\S{1,200})"),
    _rule("missing-module", NAMED, r"(?:NoClassDefFoundError|ClassNotFoundException): (?P<about>[\w.$/]{1,200})"),
    _rule("missing-module", NAMED, r"Unable to access jarfile (?P<about>\S{1,200})"),
    _rule("wrong-version", NAMED, r"UnsupportedClassVersionError: (?P<about>[\w./$]{1,200})"),
    _rule("not-found", NAMED, r"(?:^|: )(?P<about>[\w./+-]{1,100}): (?:command )?not found$"),
    _rule("not-found", NAMED, r"(?:Missing script|Script not found)[: ]{1,2}\"(?P<about>[^\"]{1,100})"),
    _rule("not-found", NAMED, r"exec: (?P<about>[^:\s]{1,200}): not found"),
    _rule("not-found", NAMED, r'exec: "(?P<about>[^"]{1,200})": executable file not found'),
    _rule("not-found", NAMED, r"/usr/bin/env: '?(?P<about>[\w.-]{1,100})(?:\\r)?'?: No such file"),
    _rule(
        "missing-setting",
        NAMED,
        r"(?i:environment variable[s]?:? \W?)(?P<about>\$?[A-Z][A-Z0-9_]{2,80})\b.{0,40}(?i:not set|not defined"
        r"|required|missing|empty)",
    ),
    _rule(
        "missing-setting",
        NAMED,
        r"(?P<about>\b[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60})\b\W{0,3} (?:(?i:environment )?(?i:variable) )?(?i:is |was"
        r" |must be |not )?"
        r"(?i:not set|not defined|unset|required|missing|(?:setting )?must (?:be set|not be empty)|not specified"
        r"|mandatory|undefined)",
    ),
    _rule(
        "missing-setting",
        NAMED,
        r"(?i:(?:missing|required|undefined|unset|not set|must set|please set|you need to specify)\b.{0,60}?)"
        r"(?P<about>\b[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60})\b",
    ),
    _rule("missing-setting", NAMED, r"^KeyError: '(?P<about>[A-Z][A-Z0-9_]{2,80})'$"),
    _rule("missing-setting", NAMED, r'key not found: "(?P<about>[A-Z][A-Z0-9_]{2,80})" \(KeyError\)'),
    _rule(
        "missing-setting",
        NAMED,
        r"(?P<about>[A-Za-z_]\w{1,80}): (?:parameter not set|unbound variable|parameter null or not set)",
    ),
    _rule("missing-setting", NAMED, r"Could not resolve placeholder '(?P<about>[^']{1,100})'"),
    _rule("missing-setting", NAMED, r"Database is uninitialized and (?:superuser )?password"),
    _rule("bad-flag", NAMED, r"flag provided but not defined: (?P<about>-\S{1,100})"),
    _rule(
        "bad-flag",
        NAMED,
        r"(?i:unknown (?:long |short |command )?(?:flag|option|switch|argument|parameter)s?)[: ]{1,2}['\"`‘]?"
        r"(?P<about>-{0,2}[\w.=-]{1,100})",
    ),
    _rule("bad-flag", NAMED, r"unknown shorthand flag: '(?P<about>\w)'"),
    _rule(
        "bad-flag",
        NAMED,
        r"(?i:unrecognized (?:arguments|option|flag|command-line option)s?)[: ]{1,2}['\"`‘]?"
        r"(?P<about>-{0,2}[\w.=-]{1,100})",
    ),
    _rule(
        "bad-flag",
        NAMED,
        r"(?i:(?:invalid|illegal|bad|unexpected) (?:option|argument|flag)(?: provided)?:?(?: --)? ['\"`‘]?)"
        r"(?P<about>-{0,2}[\w.=-]{1,100})",
    ),
    _rule(
        "bad-flag",
        NAMED,
        r"unknown command \"?(?P<about>[\w-]{1,100})|no such option: (?:-\S+)|Unrecognized VM option",
    ),
    _rule(
        "bad-flag",
        NAMED,
        r"the following arguments are required|(?:requires|accepts) [\w ]{0,20}\d+ arg|required flag\(s\)",
    ),
    _rule(
        "bad-config",
        PATH,
        r"(?i:(?:error|failed|failure|cannot|could not|unable to|couldn't) .{0,60}(?:pars|load|read|unmarshal|decod"
        r"|validat)\w{0,5}.{0,60}(?:config|settings|yaml|toml|\.json|\.ini|\.conf))",
        r"(?i:invalid (?:config|configuration|yaml|json|toml|value|setting)\b)|(?i:(?:config|configuration)(?:"
        r" file)? .{0,80}(?:invalid|is not valid|error|failed))",
        r"yaml: (?:line \d+|unmarshal errors|did not find)|yaml\.\w+\.\w*Error|JSONDecodeError|json: cannot unmarshal",
        r"invalid character .{1,10} (?:looking for|after)|unknown directive|unexpected end of file, expecting|toml: "
        r"|TOML parse error",
        r"Datasource provisioning error|error loading config|unrecognized configuration parameter|unknown variable '",
        r"Invalid data source|FATAL CONFIG FILE ERROR|\[emerg\]",
    ),
    _rule(
        "incompatible-data",
        PATH,
        r"database files are incompatible with server|initialized by PostgreSQL version",
        r"could not locate a valid checkpoint record|invalid (?:primary|secondary) checkpoint|data directory"
        r" .{1,200} has wrong ownership",
        r"Unknown storage engine|Invalid MySQL server (?:upgrade|downgrade)|Cannot upgrade server earlier than",
        r"unsupported data (?:file )?version|UPGRADE PROBLEM|(?:database|file|index|data).{0,40} (?:is )?corrupt"
        r"(?:ed)?\b|corrupted (?:index|data|database|page)",
        r"initdb: error: directory .{1,200} exists but is not empty|--initialize specified but the data directory"
        r" has files",
    ),
    _rule(
        "locked",
        PATH,
        r"(?i:resource temporarily unavailable)|lock file .{1,200} already exists|Unable to lock|database is locked",
    ),
    _rule("no-such-file", PATH, r"(?i:no such file or directory)|\bENOENT\b|FileNotFoundException|NoSuchFileException"),
    _rule(
        "no-such-file",
        PATH,
        r"(?i:(?:file|directory|config\w*|path) .{0,200}(?:not found|does not exist|doesn't exist))",
    ),
    # -- ends that name no cause ---------------------------------------------------------------------------------------
    _rule("illegal-instruction", NAMED, r"(?i:illegal instruction)|SIGILL|requires (?:AVX|SSE4|x86-64-v\d)"),
    _rule("segmentation-fault", NAMED, r"(?i:segmentation fault)|SIGSEGV(?!.*nil pointer)|segfault at"),
    _rule(
        "runtime-panic",
        NAMED,
        r"^panic: (?:runtime error: |assignment to entry in nil map|close of|send on closed)|fatal error: (?:all"
        r" goroutines|concurrent map)",
        r"invalid memory address or nil pointer dereference|thread '[^']{1,100}' panicked at",
        r"index out of range|NullPointerException|Uncaught TypeError|^TypeError: |^AttributeError: "
        r"|NullReferenceException",
        r"\(NoMethodError\)|undefined method|PHP (?:Fatal|Parse) error|^(?:Syntax|Name|Index|ZeroDivision|Recursion"
        r"|Reference)Error\b",
    ),
    _rule("assertion", NAMED, r"[Aa]ssertion .{0,200}failed|AssertionError|Aborted \(core dumped\)", generic=True),
    _rule(
        "exception",
        NAMED,
        r"^panic: |^(?:[\w$]{1,60}\.)+\w*(?:Error|Exception)\b|^Exception in thread|Unhandled exception|^Uncaught ",
        r"^\w*(?:Error|Exception)(?: \[\w+\])?: |terminate called after throwing|Traceback \(most recent call last\)",
        generic=True,
    ),
    _rule(
        "waiting", NAMED, r"(?i:\b(?:still )?waiting (?:for|on)) (?:the |an? )?(?P<about>[\w.-]{1,253}(?::\d{1,5})?)"
    ),
)

# The words for each kind, for the middle of a sentence; `{}` is whom or what the line names.
WORDS: dict[str, tuple[str, str]] = {
    "heap-exhausted": ("it ran out of heap", ""),
    "memory-refused": ("it was refused memory", ""),
    "exec-format": ("exec format error", ""),
    "dns-failed": ("names cannot be looked up", "looking up {} failed"),
    "unknown-host": ("unknown host", "unknown host {}"),
    "api-forbidden": ("the API server forbids it", "the API server forbids it to {}"),
    "login-refused": ("its credentials were refused", "login refused for {}"),
    "missing-database": ("a database is missing", "there is no database {}"),
    "missing-table": ("a table is missing", "there is no table {}"),
    "too-many-connections": ("too many connections", "too many connections to {}"),
    "certificate": ("TLS failed", "TLS failed with {}"),
    "port-in-use": ("its port is taken", "port {} is taken"),
    "port-forbidden": ("it may not listen on its port", "it may not listen on port {}"),
    "connection-refused": ("connection refused", "connection refused by {}"),
    "unreachable": ("no route to the other end", "no route to {}"),
    "timed-out": ("no answer in time", "no answer in time from {}"),
    "cannot-connect": ("it cannot connect", "it cannot connect to {}"),
    "connection-reset": ("connection reset", "connection reset by {}"),
    "no-space": ("no space left", "no space left for {}"),
    "read-only": ("a file system is read-only", "{} is read-only"),
    "not-executable": ("a file is not executable", "{} is not executable"),
    "permission-denied": ("permission denied", "permission denied for {}"),
    "too-many-files": ("too many open files", ""),
    "missing-library": ("a library is missing", "library {} is missing"),
    "missing-module": ("a part of the program is missing", "{} is missing in the program"),
    "wrong-version": ("its runtime is too old", "its runtime is too old for {}"),
    "not-found": ("a command was not found", "command {} was not found"),
    "missing-setting": ("a setting is missing", "setting {} is missing"),
    "bad-flag": ("its arguments are wrong", "argument {} is not understood"),
    "bad-config": ("its configuration is wrong", "the configuration {} is wrong"),
    "incompatible-data": ("its data does not fit its version", "the data in {} does not fit its version"),
    "locked": ("its data is locked", "{} is locked"),
    "no-such-file": ("a file is missing", "{} is missing"),
    "illegal-instruction": ("an instruction that the CPU does not know", ""),
    "segmentation-fault": ("segmentation fault", ""),
    "runtime-panic": ("a fault in the program", ""),
    "assertion": ("an assertion failed", ""),
    "waiting": ("it waited for something else", "it waited for {}"),
    "error": ("an error that is not known here", ""),
    "exception": ("an error that it did not handle", ""),
}
