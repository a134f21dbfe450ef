"""Each reader of untrusted input survives some hundred inputs similar to valid ones, different ones in each run."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.mutating import mutate
from fuzz.run import NAMES
from fuzz.targets import TARGETS

INPUTS = 300


def test_each_target_can_be_run_by_its_name() -> None:
    assert set(NAMES) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_known_is_read(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].feed(seed)
    TARGETS[name].feed(b"")


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_near_to_what_is_known_break_nothing(name: str) -> None:
    target = TARGETS[name]

    @settings(
        max_examples=max(20, INPUTS // target.cost),
        database=None,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(start=st.integers(0, 2**64 - 1))
    def feed(start: int) -> None:
        target.feed(mutate(target.seeds, random.Random(start)))

    feed()


@pytest.mark.parametrize("name", ["tokens", "keys", "leaks", "backup"])
def test_any_bytes_break_nothing(name: str) -> None:
    @settings(max_examples=50, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.binary(max_size=300))
    def feed(data: bytes) -> None:
        TARGETS[name].feed(data)

    feed()
