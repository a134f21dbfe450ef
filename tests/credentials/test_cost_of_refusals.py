"""Refusing a malicious token costs about as much processor time as refusing any other."""

import time
from collections.abc import Callable

import pytest

from credentials.builders import (
    NOW,
    OTHER_KEY,
    a_call,
    a_header,
    a_payload,
    an_auth_token,
    code_of,
    codes,
    judge_auth,
    key_facts,
    to_json,
)
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials import auth_checks, auth_token
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.services import Service

FILLED = 5_850
"""Bytes of a payload that make a token of about 8,000 characters."""
MOST_TIMES = 12
"""A token of 8,000 characters takes longer to read than one of 200: up to 6 times, and 270 to 350 before."""
CEILING = ",".join(f"site{number}.example.com" for number in range(50))
FROM_A_PAGE = Call(Service.SERVER_API, "https://www.example.com", NOW)


def a_forged_token(payload: bytes, *, header: bytes | None = None) -> str:
    parts = (to_json(a_header()) if header is None else header, payload)
    return ".".join((*map(encode_base64url, parts), "A" * 86))


def filled(start: str, unit: str, end: str) -> bytes:
    room = FILLED - len(start.encode()) - len(end.encode())
    return (start + unit * (room // len(unit.encode())) + end).encode()


MEMBERS = ",".join(f'"{number:x}":0' for number in range(720))
HOSTILE = {
    "origins": filled('{"origin":"', "a,", '"}'),
    "international origins": filled('{"origin":"', "ä,", '"}'),
    "a member twice": f'{{{MEMBERS},"2cf":0}}'.encode(),
    "lists": filled('{"a":[', "[],", "[]]}"),
    "objects": filled('{"a":[', "{},", "{}]}"),
    "depth": b'{"a":' + b"[" * 2900 + b"]" * 2900 + b"}",
    "short strings": filled('{"a":[' + "[]," * 17, '"",', '""]}'),
    "escapes": filled('{"a":[' + "[]," * 17 + '"', "\\n", '"]}'),
    "numbers": filled('{"a":[', "1,", "1]}"),
    "members": f"{{{MEMBERS}}}".encode(),
}


def refusing(token: str, key: KeyFacts | None) -> Callable[[], None]:
    def refuse() -> None:
        case = auth_token.open_case(token, FROM_A_PAGE)
        case.key = key
        assert not auth_checks.judge(case, thorough=False).accepted

    return refuse


def best_time(work: Callable[[], None]) -> float:
    """The least processor time of several, in seconds: what else the machine does is not in it."""
    best = float("inf")
    for _ in range(12):
        started = time.thread_time()
        for _ in range(5):
            work()
        best = min(best, time.thread_time() - started)
    return best


@pytest.mark.parametrize("key", [None, key_facts(ceilings=Ceilings(origins=CEILING))], ids=["unknown", "known"])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_malicious_token_costs_about_as_much_as_any_other(what: str, key: KeyFacts | None) -> None:
    plain = refusing(a_forged_token(b'{"iss":"K5GNLXS2QT","iat":1795449600,"exp":1795453200}'), key)
    assert best_time(refusing(a_forged_token(HOSTILE[what]), key)) < MOST_TIMES * best_time(plain)


def test_admission_stops_at_the_first_failed_check(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    for name in ("look_at_scope", "look_at_origin", "look_at_ceilings"):
        monkeypatch.setattr(auth_checks, name, lambda *_, name=name, **__: looked.append(name))
    forged = auth_token.open_case(a_forged_token(b'{"iss":"K5GNLXS2QT","origin":"a"}'), FROM_A_PAGE)
    forged.key = key_facts(ceilings=Ceilings(origins=CEILING))
    quick, thorough = auth_checks.judge(forged, thorough=False), auth_checks.judge(forged)
    assert looked == ["look_at_scope", "look_at_origin", "look_at_ceilings"]  # the diagnosis alone
    assert quick.failure == thorough.failure is not None
    assert [finding.check for finding in quick.findings] == [finding.check for finding in thorough.findings]


def test_a_claim_of_50_origins_passes_and_one_more_is_refused() -> None:
    def judged(entries: int) -> list[str]:
        return codes(judge_auth(an_auth_token(payload=a_payload(origin="a.no," * entries)), a_call()))

    assert judged(50) == []
    assert judged(51) == ["ORIGIN_TOO_MANY"]


def test_a_part_with_128_brackets_is_read_and_one_with_129_is_not() -> None:
    def refusal(lists: int) -> str | None:
        payload = b'{"a":[' + b",".join([b"[]"] * (lists - 2)) + b"]}"
        return code_of(judge_auth(a_forged_token(payload), a_call(), key=key_facts(key_id=OTHER_KEY)).failure)

    assert refusal(128) != "PAYLOAD_TOO_MANY_PARTS"
    assert refusal(129) == "PAYLOAD_TOO_MANY_PARTS"
