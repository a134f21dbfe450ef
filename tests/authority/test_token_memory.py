"""Caches of tokens are bounded in bytes, however long the tokens are."""

import pytest

from trigpoint.authority.token_memory import EACH_BYTES, MOST_BYTES, TokenMemory


@pytest.mark.parametrize("length", [300, 7_000, 8_192])
def test_a_token_cache_stays_below_its_limit_of_bytes(length: int) -> None:
    memory: TokenMemory[int] = TokenMemory()
    for number in range(MOST_BYTES // (2 * length) + 1_000):
        memory.keep(f"{number:0{length}}", number)
        assert memory.weight <= MOST_BYTES
    assert sum(2 * len(token) + EACH_BYTES for token in memory) == memory.weight > MOST_BYTES // 3


def test_the_oldest_half_is_evicted_and_a_replaced_entry_counts_once() -> None:
    memory: TokenMemory[int] = TokenMemory(limit=4 * (EACH_BYTES + 2))
    for token in ("a", "b", "c", "c", "d"):
        memory.keep(token, 1)
    assert list(memory) == ["a", "b", "c", "d"]
    memory.keep("e", 1)
    assert list(memory) == ["d", "e"]


def test_a_token_larger_than_the_cache_is_not_cached() -> None:
    memory: TokenMemory[int] = TokenMemory(limit=EACH_BYTES)
    memory.keep("a" * 100, 1)
    assert (len(memory), memory.weight) == (0, 0)
