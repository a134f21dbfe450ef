"""Caches are bounded, and the newest entries stay."""

import pytest

from trigpoint.engines.embedded.index.memory import Memory


@pytest.mark.parametrize(("most", "added", "left"), [(8, 8, range(8)), (8, 9, range(2, 9)), (1, 2, range(1, 2))])
def test_the_oldest_quarter_is_evicted_when_the_cache_is_full(most: int, added: int, left: range) -> None:
    memory: Memory[int, int] = Memory(most)
    for number in range(added):
        memory[number] = number
    assert list(memory) == list(left)


def test_a_replaced_entry_counts_once() -> None:
    memory: Memory[int, str] = Memory(2)
    memory[1], memory[2], memory[1] = "a", "b", "c"
    assert dict(memory) == {1: "c", 2: "b"}
