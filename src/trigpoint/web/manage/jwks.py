"""`/.well-known/jwks.json`: the live public keys of a team as a JWK set (RFC 7517). No API token is needed."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from trigpoint.authority.opening import Authority
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials.key import Key
from trigpoint.credentials.keypair import read_public_key
from trigpoint.web.manage.holders import AnyRequest, TeamPath, serving_of
from trigpoint.web.manage.problems import public_problems
from trigpoint.web.manage.responses import Jwk, JwkSet

TAGS = ["Public keys"]
MEDIA_TYPE = "application/jwk-set+json"
FRESH_S = 30
"""Cache lifetime: a program that verifies tokens by itself learns of a revocation within this time."""


@get(
    "/teams/{team_id:str}/.well-known/jwks.json",
    sync_to_thread=True,
    responses=public_problems(400, 404, 503),
    tags=TAGS,
    media_type=MEDIA_TYPE,
)
def get_team_jwks(request: AnyRequest, team_id: TeamPath) -> Response[JwkSet]:
    """Get the live public keys of a team as a JWK set. No API token is needed."""
    return show_keys(serving_of(request).authority, team_id)


@get(
    "/.well-known/jwks.json",
    sync_to_thread=True,
    responses=public_problems(400, 404, 503),
    tags=TAGS,
    media_type=MEDIA_TYPE,
)
def get_jwks(
    request: AnyRequest, team: Annotated[str, QueryParameter(description="The Team ID: the `iss` of the tokens.")]
) -> Response[JwkSet]:
    """Get the live public keys of a team as a JWK set. No API token is needed."""
    return show_keys(serving_of(request).authority, team)


def show_keys(authority: Authority, team_id: str) -> Response[JwkSet]:
    """Answer with the live keys of a team."""
    keys = [to_jwk(key) for key in authority.keys.list_live(team_id)]
    headers = {"Cache-Control": f"public, max-age={FRESH_S}", "Access-Control-Allow-Origin": "*"}
    return Response(JwkSet(keys), headers=headers, media_type=MEDIA_TYPE)


def to_jwk(key: Key) -> Jwk:
    """Write a public key as a JWK; its `kid` is the Key ID."""
    x, y = (encode_base64url(part) for part in read_public_key(key.public_key).coordinates())
    return Jwk(kty="EC", crv="P-256", x=x, y=y, kid=key.key_id, alg="ES256", use="sig")


HANDLERS = (get_team_jwks, get_jwks)
