"""Passwords: the rules for new ones, and hashing (argon2id, RFC 9106)."""

import threading
from functools import cache
from importlib import resources
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trigpoint.base.errors import InvalidError

SHORTEST = 10
LONGEST = 200
EXAMPLE = "four words that nobody would put together"
_LEET = str.maketrans("013457@$!|", "oleastasil")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop")
_STEPS = frozenset(pair for row in _ROWS for line in (row, row[::-1]) for pair in pairwise(line))
_HASHER = PasswordHasher()  # argon2-cffi's defaults are the low-memory profile of RFC 9106 §4: 64 MiB, 3 passes
_AT_ONCE = threading.BoundedSemaphore(2)
"""Most hashes at the same time: many attempts to sign in must not use up the memory."""
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaJObGqXNHHaBGPXE"
"""Verified if there is no account, so that this takes as long as for an existing account."""


def check_password(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise `InvalidError` for a password that is easy to guess; `about` are the person's name and address."""
    if not SHORTEST <= len(password) <= LONGEST:
        rule = f"{SHORTEST} to {LONGEST} characters long"
        raise _refused(rule)
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_predictable(plain):
        raise _refused("more than a repetition or a sequence")
    own = [word for text in about for word in text.casefold().replace("@", " ").replace(".", " ").split()]
    rest = plain
    for word in sorted((*own, "trigpoint", "maps"), key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if len(rest) < 6:
        raise _refused("more than your name, your address or this product's name")
    if any(form in common_passwords() for form in _forms(plain)):
        raise _refused("none that is known from breaches, with or without digits and signs around it")


def hash_password(password: str) -> str:
    """Hash a password. This takes some 50 ms and 64 MiB, so that guessing is slow."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password has this hash. With None it takes as long, and is False."""
    try:
        with _AT_ONCE:
            _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def common_passwords() -> frozenset[str]:
    """Give the most frequent passwords in published breaches."""
    file = resources.files("trigpoint.authority.people") / "common_passwords.txt"
    return frozenset(file.read_text(encoding="utf-8").split())


def _forms(plain: str) -> set[str]:
    """Give the words from which the rules of a cracking program would derive a password."""
    joined = "".join(character for character in plain if not character.isspace())
    forms = {joined, _halved(joined)}
    for form in tuple(forms):
        core = form.strip("0123456789!?.,-_*#$%&+=@")
        forms |= {core, _halved(core), form.translate(_LEET), core.translate(_LEET)}
        forms.add(form.translate(_LEET).strip("0123456789!?.,-_*#$%&+=@"))
    return forms


def _halved(text: str) -> str:
    for parts in (2, 3, 4):
        size, rest = divmod(len(text), parts)
        if size and not rest and text[:size] * parts == text:
            return text[:size]
    return text


def _is_predictable(plain: str) -> bool:
    steps = sum(pair in _STEPS or pair[0] == pair[1] for pair in pairwise(plain))
    return steps >= 0.7 * (len(plain) - 1)


def _refused(rule: str) -> InvalidError:
    return InvalidError("password", rule, example=EXAMPLE, received="one that is not")
