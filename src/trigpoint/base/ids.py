"""Identifiers as Apple writes them: ten upper-case letters and digits for teams and keys."""

import re
import string
from typing import NewType

TeamId = NewType("TeamId", str)
KeyId = NewType("KeyId", str)

ALPHABET = string.digits + string.ascii_uppercase
LENGTH = 10
ENTROPY_BYTES = 16
_TEN = re.compile(r"[A-Z0-9]{10}", re.ASCII)


def is_ten_character_id(text: object) -> bool:
    """Tell whether a value has the form of a Team ID or Key ID (contract §1.2): ten upper-case letters and digits."""
    return isinstance(text, str) and _TEN.fullmatch(text) is not None


def ten_character_id(entropy: bytes) -> str:
    """Turn 16 random bytes into a ten-character ID; no ID is more likely than another by more than 2⁻⁷⁶."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"An ID is made of {ENTROPY_BYTES} random bytes; got {len(entropy)}.")
    number = int.from_bytes(entropy)
    characters = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[index])
    return "".join(characters)
