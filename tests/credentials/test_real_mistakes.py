"""Common mistakes with tokens are reported as what they are."""

import json

import pytest

from credentials.builders import (
    NOW,
    a_header,
    a_payload,
    an_auth_token,
    code_of,
    codes,
    judge_access,
    judge_auth,
)
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.verdict import RefusedError, Verdict


def explained(verdict: Verdict) -> tuple[str, str]:
    """The reason of a refusal, and its detail."""
    assert verdict.failure is not None
    return code_of(verdict.failure), verdict.failure.detail


def with_claims(**claims: object) -> Verdict:
    return judge_auth(an_auth_token(payload=a_payload(**claims)))


@pytest.mark.parametrize("exp", [1, 1800, 86_400, 31_536_000])
def test_a_duration_as_exp_is_reported(exp: int) -> None:
    code, detail = explained(with_claims(exp=exp))
    assert code == "EXP_BEFORE_IAT"
    assert detail == f"The claim 'exp' is {exp}: a duration, where a time belongs."


def test_a_token_that_ended_before_it_was_issued_says_when() -> None:
    code, detail = explained(with_claims(iat=NOW - 100, exp=NOW - 200))
    assert (code, "and 'iat' is" in detail) == ("EXP_BEFORE_IAT", True)
    assert explained(with_claims(iat=NOW - 200, exp=NOW - 100))[0] == "TOKEN_EXPIRED"


@pytest.mark.parametrize(
    ("before", "after"),
    [('"', '"'), ("'", "'"), ("b'", "'"), ('b"', '"'), ("<", ">"), ("(", ")"), ("`", "`"), ("", '"')],
)
def test_quotes_and_brackets_around_a_token_are_reported(before: str, after: str) -> None:
    code, detail = explained(judge_auth(before + an_auth_token() + after))
    assert code == "TOKEN_IN_MARKS"
    assert detail == f"The token begins with {(before or 'e')[0]} and ends with {after}."
    assert explained(judge_access(before + an_auth_token() + after))[0] == "TOKEN_IN_MARKS"


@pytest.mark.parametrize(
    "word", ["undefined", "null", "None", "nil", "NULL", "$TOKEN", "${TOKEN}", "<token>", "{{token}}"]
)
def test_the_text_of_an_unset_variable_is_reported(word: str) -> None:
    assert explained(judge_access(word))[0] == "TOKEN_UNSET"
    assert explained(judge_auth(word))[0] == "TOKEN_UNSET"


def test_any_other_word_is_reported_as_having_one_part() -> None:
    assert explained(judge_access("eyJhbGciOiJIUzUxMiJ9"))[0] == "TOKEN_NOT_THREE_PARTS"


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        ("server_api,mapkit_js", "SCOPE_WITH_COMMAS"),
        ("server_api, mapkit_js", "SCOPE_WITH_COMMAS"),
        ("mapkit_js,web_snapshots", "SCOPE_LACKS_SERVICE"),
        ("mapkit_js", "SCOPE_LACKS_SERVICE"),
    ],
)
def test_commas_between_scopes_are_reported(scope: str, code: str) -> None:
    assert explained(with_claims(scope=scope))[0] == code
    assert codes(with_claims(scope="mapkit_js server_api")) == []


@pytest.mark.parametrize(("beside", "named"), [("\n", "a line break"), ("\r\n", "a line break"), (" ", "white space")])
def test_a_line_break_in_a_key_id_is_reported(beside: str, named: str) -> None:
    code, detail = explained(judge_auth(an_auth_token(a_header(kid="2X9R4HXF34" + beside))))
    assert (code, detail) == ("KID_MALFORMED", f"The header's 'kid' is the Key ID 2X9R4HXF34, with {named} around it.")


@pytest.mark.parametrize(
    "header",
    ["Bearer a.b.c", "Bearer  a.b.c", "Bearer a.b.c ", "Bearer \t a.b.c\t", "bearer   a.b.c  ", "BEARER a.b.c"],
)
def test_whitespace_around_a_token_is_ignored(header: str) -> None:
    assert read_bearer(header) == "a.b.c"


def test_the_whole_token_response_as_a_token_is_reported() -> None:
    answer = json.dumps({"accessToken": an_auth_token(), "expiresInSeconds": 1800})
    for header in (f"Bearer {answer}", f"Bearer {answer.replace(' ', '')}"):
        with pytest.raises(RefusedError) as refused:
            read_bearer(header)
        assert refused.value.reason.code == "BEARER_IS_ANSWER"
        assert "eyJ" not in str(refused.value)
