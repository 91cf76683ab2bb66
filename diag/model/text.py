"""Cluster text is hostile: neutralise what could drive a terminal, and hide what has the shape of a credential.

Done once, on the bytes that enter, so that nothing behind this module needs to think of it.
"""

import json
import re

WITHHELD = "withheld"
# Names in words that say: this opens a door.
SECRET_WORDS = r"pass(?:word|wd|phrase)|secret|token|api[_-]?key|access[_-]?key|credential"
SECRET_NAME = re.compile(
    rf"{SECRET_WORDS}|pass$|[_-]key$|private|(?:^|[_/-])auth(?!or)|dsn$|connection_?string|cookie", re.IGNORECASE
)

# C0 (but tab and newline) and C1 controls, zero-width and bidi marks, tags, lone surrogates:
# each could hide, reorder or forge what a reader sees.
_MARKS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_HOSTILE = re.compile(f"[\r{_MARKS}]")
# Between the tokens of JSON a carriage return is white space, and inside a string it is an escape.
_HOSTILE_RAW = re.compile(f"[{_MARKS}]")
# Go's encoder writes < > & as escapes; every other escape of this form deserves a look.
_SUSPICIOUS_ESCAPE = re.compile(rb"\\(?:u(?!003[ceCE]|0026)|[bfr/])")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
_PLAIN_ESCAPES = ('\\"', "\\\\", "\\n", "\\t")

# What follows reads text as it is and text inside JSON alike, and never leaves half an escape behind.
# Each expression starts with letters, which is what makes it fast.
_USER, _PASSWORD = rb"""[^/\s"'@:\\]*""", rb"""[^/\s"'\\]*"""
_GO_ESCAPE = rb"\\u00(?:3[cCeE]|26)"
_URL_PASSWORD = re.compile(
    rb"://%(user)b(?:%(escape)b%(user)b)*:%(password)b(?:%(escape)b%(password)b)*@"
    % {b"user": _USER, b"password": _PASSWORD, b"escape": _GO_ESCAPE}
)
_CREDENTIALS = (
    (
        re.compile(
            rb"-----BEGIN [A-Z ]{0,20}PRIVATE KEY[A-Z ]{0,20}-----"
            rb'(?:(?:[^"\\<>&-]|-(?!----)|\\+[nrt])*-----END [A-Z ]{0,40}-----|(?:[\w+/=\s]|\\+[nrt])*)'
        ),
        b"-----withheld-----",
    ),
    # A JSON Web Token, or other JSON in base64; its first letter may be the last one of an escape.
    (re.compile(rb"eyJ(?<!\\u003eyJ)[\w-]{17,}(?:\.[\w-]+)*"), b"withheld"),
    (re.compile(rb"AKIA[0-9A-Z]{16}"), b"withheld"),  # AWS
    (re.compile(rb"gh[opsu]_\w{20,}"), b"withheld"),  # GitHub
    (re.compile(rb"github_pat_\w{20,}"), b"withheld"),
    # GitLab; the name of a pod, which may look like it, has neither capitals nor underscores.
    (re.compile(rb"glpat-(?=[\w-]{0,19}[A-Z_])[\w-]{20,}"), b"withheld"),
    (re.compile(rb"xox[abeoprs]-(?:\d+-)+[\w-]{10,}"), b"withheld"),  # Slack
    (re.compile(rb"earer( +)[\w.~+/=-]{16,}"), rb"earer\1withheld"),
    (_URL_PASSWORD, b"://withheld@"),
)
# What containers, conditions and events say, the free text in objects.
_MESSAGE = re.compile(rb'"message"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"')


def clean_text(text: str) -> str:
    """The text with control, bidi and invisible characters replaced by U+FFFD, one for one."""
    return text if text.isprintable() else _HOSTILE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The cleaned text with every run of white space as one blank, for a place that has one line."""
    return " ".join(clean_text(text).split())


def clean_bytes(text: bytes) -> str:
    """Bytes of a log or of a file as cleaned text without credentials; what is not UTF-8 becomes U+FFFD."""
    cleaned = clean_text(text.decode("utf-8", "replace").replace("\r\n", "\n"))
    return withhold(cleaned.encode()).decode()


def withhold(text: bytes) -> bytes:
    """UTF-8 text, or JSON, without what has the shape of a credential: private keys, tokens, passwords in URLs.

    The text itself when there is none.
    """
    for pattern, replacement in _CREDENTIALS:
        text = pattern.sub(replacement, text)
    return text


def clean_json(document: bytes) -> bytes:
    """A JSON document with all its strings cleaned, without passwords in URLs, and without credentials in messages.

    It is never decoded: what is not JSON stays as wrong as it was. A document without suspicious bytes, nearly every
    one, is given back itself, after a few searches at memory speed.
    """
    if _suspicious(document):
        document = _rewritten(document)
    document = _URL_PASSWORD.sub(b"://withheld@", document)
    said = b"\n".join(_MESSAGE.findall(document))
    return document if withhold(said) is said else _MESSAGE.sub(lambda found: withhold(found[0]), document)


def _suspicious(document: bytes) -> bool:
    if b"\x7f" in document or _SUSPICIOUS_ESCAPE.search(document):
        return True
    if document.isascii():
        return False
    try:
        return bool(_HOSTILE_RAW.search(document.decode()))
    except UnicodeDecodeError:
        return True


def _rewritten(document: bytes) -> bytes:
    text = _ESCAPE.sub(_plain, document.decode("utf-8", "replace"))
    return _HOSTILE_RAW.sub("\ufffd", text).encode()


def _plain(escape: re.Match[str]) -> str:
    """The cleaned character that an escape inside JSON stands for, itself escaped only where it must be."""
    if escape[0] in _PLAIN_ESCAPES:
        return escape[0]
    try:
        character = json.loads(f'"{escape[0]}"')
    except ValueError:
        return escape[0]
    return json.dumps(clean_text(character), ensure_ascii=False)[1:-1]
