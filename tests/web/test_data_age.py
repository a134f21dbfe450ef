"""The age of the map data: reported for every region, stale after the days of the setting, never a reason to be unready."""

import asyncio
import json
from collections.abc import Mapping

import pytest

from trigpoint.web.data_age import Ages, age_gauges, age_part, ages_of
from trigpoint.web.health import Part, tell_readiness
from trigpoint.web.metrics import Metrics, render

NOW = 1_800_000_000.0  # 2027-01-15T08:00:00Z
DAY_S = 86_400


def ages(sample: str | None = None, **regions: str | None) -> Ages:
    return ages_of(regions, stale_days=30, now=NOW, sample=sample)


def readiness(parts: Mapping[str, Part]) -> tuple[int, dict[str, object]]:
    async def ask() -> Mapping[str, Part]:
        return parts

    status, body = asyncio.run(tell_readiness(ask, is_stopping=False))
    return status, json.loads(body)["parts"]


@pytest.mark.parametrize(
    ("as_of", "age", "stale"),
    [
        ("2027-01-15T08:00:00Z", "less than a minute", False),
        ("2027-01-15T07:59:00Z", "1 minute", False),
        ("2027-01-15T06:00:00Z", "2 hours", False),
        ("2026-12-16T08:00:00Z", "30 days", False),
        ("2026-12-16T07:59:59Z", "30 days", True),
        ("2025-12-16T07:59:59+00:00", "395 days", True),
        ("2027-02-01T00:00:00Z", "less than a minute", False),  # the clock of this machine is behind
    ],
)
def test_data_is_stale_after_the_days_of_the_setting(as_of: str, age: str, stale: bool) -> None:
    (found,) = ages(monaco=as_of).regions
    assert (found.age, found.stale) == (age, stale)


def test_without_the_setting_nothing_is_stale_and_the_sample_never_is() -> None:
    assert ages_of({"monaco": "2001-01-01T00:00:00Z"}, stale_days=0, now=NOW).stale == ()
    assert ages(sample="default", default="2001-01-01T00:00:00Z").stale == ()


def test_regions_without_a_timestamp_are_left_out() -> None:
    assert ages(monaco=None, andorra="some day").regions == ()
    assert age_part(ages(monaco=None)) == {}


def test_readiness_lists_every_region_and_stale_data_stays_ready() -> None:
    found = ages(andorra="2026-11-15T08:00:00Z", monaco="2027-01-14T08:00:00Z")
    status, parts = readiness({"credentials": Part(ready=True), **age_part(found)})
    assert status == 200
    assert parts["data"] == {
        "ready": True,
        "note": "The data of andorra is 61 days old. 'trigpoint update' brings it up to date.",
        "regions": [
            {"name": "andorra", "dataAsOf": "2026-11-15T08:00:00Z", "secondsOld": 61 * DAY_S, "stale": True},
            {"name": "monaco", "dataAsOf": "2027-01-14T08:00:00Z", "secondsOld": DAY_S, "stale": False},
        ],
    }
    _, parts = readiness(age_part(ages(monaco="2027-01-14T08:00:00Z")))
    assert "note" not in json.dumps(parts)


def test_metrics_have_the_timestamp_of_the_data_and_whether_it_is_stale() -> None:
    found = ages(andorra="2026-11-15T08:00:00Z", monaco="2027-01-14T08:00:00Z")
    lines = render(Metrics().sums(), age_gauges(found)).decode().splitlines()
    assert f'trigpoint_data_timestamp_seconds{{region="monaco"}} {int(NOW) - DAY_S}' in lines
    assert 'trigpoint_data_stale{region="andorra"} 1' in lines
    assert 'trigpoint_data_stale{region="monaco"} 0' in lines
