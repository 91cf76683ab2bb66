"""Cluster text is hostile: neutralise what could drive a terminal and hide credentials inside URLs.

Done once, on the bytes that enter, so that nothing behind this module needs to think of it.
"""

import json
import re

# C0 (but tab and newline) and C1 controls, zero-width and bidi marks, lone surrogates:
# each could hide, reorder or forge what a reader sees.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_HOSTILE_UTF8 = re.compile(rb"\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf")
# Go's encoder writes < > & as escapes; every other escape of this form deserves a look.
_ESCAPE = re.compile(rb"\\(?:u(?!003[ceCE]|0026)|[bfr])")
_URL_PASSWORD = re.compile(rb"""://[^/\s"'@:\\]*:[^/\s"'@\\]+@""")


def clean_text(text: str) -> str:
    """The text with control, bidi and invisible characters replaced by U+FFFD, one for one."""
    return text if text.isprintable() else _HOSTILE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The cleaned text with every run of white space as one blank, for a place that has one line."""
    return " ".join(clean_text(text).split())


def clean_bytes(text: bytes) -> str:
    """Bytes of a log or of a file as cleaned text; what is not UTF-8 becomes U+FFFD."""
    text = _URL_PASSWORD.sub(b"://withheld@", text)
    return clean_text(text.decode("utf-8", "replace").replace("\r\n", "\n"))


def clean_json(document: bytes) -> bytes:
    """A JSON document with all its strings cleaned and the passwords inside URLs withheld.

    Raises ValueError when it must be taken apart and is not JSON. A document without suspicious bytes,
    nearly every one, costs a few searches at memory speed.
    """
    if b"://" in document:
        document = _URL_PASSWORD.sub(b"://withheld@", document)
    if not _suspicious(document):
        return document
    value = json.loads(document.decode("utf-8", "replace"), strict=False)
    return json.dumps(_clean_value(value), ensure_ascii=False, separators=(",", ":")).encode()


def _suspicious(document: bytes) -> bool:
    if b"\x7f" in document or _ESCAPE.search(document):
        return True
    if document.isascii():
        return False
    return bool(_HOSTILE_UTF8.search(document)) or not _is_utf8(document)


def _is_utf8(document: bytes) -> bool:
    try:
        document.decode()
    except UnicodeDecodeError:
        return False
    return True


def _clean_value(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean_value(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): _clean_value(item) for key, item in value.items()}
    return value
