"""More than a hundred malicious URLs over real HTTP: each gets its exact status, and the next snapshot is painted as before."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from conftest import NOON
from snapshots_fakes import PNG
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials import keypair
from trigpoint.credentials.keypair import P256_ORDER
from trigpoint.credentials.snapshot_signature import sign_message
from web.snapshots.site import PATH, SnapshotServer, SnapshotSite

Target = str | bytes
Make = Callable[[SnapshotSite], Target]
IDS = "teamId={team}&keyId={key}"
QUERY = f"center=47.14,9.52&z=14&{IDS}"


def signed(query: str) -> Make:
    """Sign a picture of what the query says, and nothing else is wrong with it."""
    return lambda site: site.raw_signed(f"{query}&teamId={site.key.team_id}&keyId={site.key.key_id}")


def given(name: str, value: Any) -> Make:
    text = value if isinstance(value, str) else json.dumps(value)
    return signed(f"center=47.14,9.52&{name}={quote(text, safe='')}")


def parts_of(site: SnapshotSite) -> tuple[str, bytes]:
    """Give a signed path and query without its signature, and the signature's 64 bytes."""
    target, _, signature = site.raw_signed(QUERY).rpartition("&signature=")
    return target, base64.urlsafe_b64decode(signature + "==")


def with_signature(write: Callable[[bytes], str]) -> Make:
    def make(site: SnapshotSite) -> str:
        target, raw = parts_of(site)
        return f"{target}&signature={write(raw)}"

    return make


def changed(change: Callable[[str], str]) -> Make:
    return lambda site: change(site.raw_signed(QUERY))


def over_other_bytes(change: Callable[[str], str]) -> Make:
    """Sign other bytes than those that are sent."""

    def make(site: SnapshotSite) -> str:
        target, _ = parts_of(site)
        return f"{target}&signature={sign_message(site.private, change(target).encode())}"

    return make


def with_token(write: Callable[[SnapshotSite], str], query: str = "center=47.14,9.52") -> Make:
    return lambda site: f"{PATH}?{query}&token={write(site)}"


def to_der(raw: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))


def malleable(raw: bytes) -> bytes:
    """The other signature over the same bytes: s and the order less s are both valid (no harm, as nothing is known by it)."""
    return raw[:32] + (P256_ORDER - int.from_bytes(raw[32:])).to_bytes(32)


def loose(raw: bytes) -> str:
    text = encode_base64url(raw)
    return text[:-1] + chr(ord(text[-1]) + 1)


def unpadded(raw: bytes) -> str:
    return encode_base64url(raw[1:])


PIN = {"url": "https://a.example/p.png", "width": 20, "height": 20}
POLYLINE = "_p~iF~ps|U_ulLnnqC"
DEEP = "[" * 2000 + "]" * 2000

REFUSED: dict[str, Make] = {
    "nothing signed": lambda _: f"{PATH}?center=1,2",
    "no query": lambda _: PATH,
    "an empty query": lambda _: f"{PATH}?",
    "a lone ampersand": lambda _: f"{PATH}?&",
    "only a signature": lambda _: f"{PATH}?signature={'A' * 86}",
    "the signature first": changed(
        lambda url: f"{PATH}?{url.rpartition('&')[2]}&{url.partition('?')[2].rpartition('&')[0]}"
    ),
    "a parameter behind it": changed(lambda url: f"{url}&utm_source=x"),
    "an empty parameter behind it": changed(lambda url: f"{url}&"),
    "a cache breaker behind it": changed(lambda url: f"{url}&_=1"),
    "two signatures": changed(lambda url: f"{url}&{url.rpartition('&')[2]}"),
    "its name encoded": changed(lambda url: url.replace("signature=", "%73ignature=")),
    "its name in another case": changed(lambda url: url.replace("signature=", "Signature=")),
    "a signature with a blank": changed(lambda url: f"{url}%20"),
    "a signature with a line break": changed(lambda url: f"{url}%0A"),
    "a signature with a NUL": changed(lambda url: f"{url}%00"),
    "parameters in another order": changed(lambda url: url.replace("center=47.14,9.52&z=14", "z=14&center=47.14,9.52")),
    "a comma encoded anew": changed(lambda url: url.replace(",", "%2C")),
    "a digit encoded anew": changed(lambda url: url.replace("z=14", "z=%314")),
    "a parameter changed": changed(lambda url: url.replace("z=14", "z=15")),
    "a parameter added in front": changed(lambda url: url.replace("?", "?scale=3&")),
    "a parameter taken out": changed(lambda url: url.replace("z=14&", "")),
    "an ampersand doubled": changed(lambda url: url.replace("&z", "&&z")),
    "ampersands escaped for HTML": changed(lambda url: url.replace("&", "&amp;")),
    "DER as base64url": with_signature(lambda raw: encode_base64url(to_der(raw))),
    "DER as Base64": with_signature(lambda raw: quote(base64.b64encode(to_der(raw)).decode(), safe="")),
    "hexadecimal": with_signature(lambda raw: raw.hex()),
    "with padding": with_signature(lambda raw: encode_base64url(raw) + "=="),
    "with encoded padding": with_signature(lambda raw: encode_base64url(raw) + "%3D%3D"),
    "a short r": with_signature(unpadded),
    "a cut signature": with_signature(lambda raw: encode_base64url(raw)[:-4]),
    "an empty signature": with_signature(lambda _: ""),
    "bits that mean nothing": with_signature(loose),
    "all zeros": with_signature(lambda _: encode_base64url(bytes(64))),
    "r is the order": with_signature(lambda raw: encode_base64url(P256_ORDER.to_bytes(32) + raw[32:])),
    "s is the order": with_signature(lambda raw: encode_base64url(raw[:32] + P256_ORDER.to_bytes(32))),
    "all ones": with_signature(lambda _: encode_base64url(b"\xff" * 64)),
    "the halves swapped": with_signature(lambda raw: encode_base64url(raw[32:] + raw[:32])),
    "random": with_signature(lambda _: encode_base64url(b"\x01" + os.urandom(31) + b"\x01" + os.urandom(31))),
    "another key signed": lambda site: (
        f"{parts_of(site)[0]}&signature={sign_message(keypair.generate(), parts_of(site)[0].encode())}"
    ),
    "signed with the host": over_other_bytes(lambda target: f"https://maps.test{target}"),
    "signed with an ampersand": over_other_bytes(lambda target: f"{target}&"),
    "signed without the path": over_other_bytes(lambda target: target.partition("?")[2]),
    "signed with a line break": over_other_bytes(lambda target: f"{target}\n"),
    "an unknown key": lambda site: site.raw_signed(f"center=1,2&teamId={site.key.team_id}&keyId=AAAAAAAAAA"),
    "no key": lambda site: site.raw_signed(f"center=1,2&teamId={site.key.team_id}"),
    "no team": lambda site: site.raw_signed(f"center=1,2&keyId={site.key.key_id}"),
    "another team": lambda site: site.raw_signed(f"center=1,2&teamId=AAAAAAAAAA&keyId={site.key.key_id}"),
    "key and team swapped": lambda site: site.raw_signed(
        f"center=1,2&teamId={site.key.key_id}&keyId={site.key.team_id}"
    ),
    "two keys": lambda site: site.raw_signed(f"{QUERY}&keyId=AAAAAAAAAA"),
    "two teams": lambda site: site.raw_signed(f"teamId=AAAAAAAAAA&{QUERY}"),
    "a key of SQL": signed("center=1,2&keyId=' OR 1=1 --".replace(" ", "%20")),
    "expired": signed(f"center=1,2&expires={int(NOON) - 1}"),
    "expired in 1970": signed("center=1,2&expires=0"),
    "expires in milliseconds": signed(f"center=1,2&expires={int(NOON) * 1000}"),
    "expires in words": signed("center=1,2&expires=tomorrow"),
    "expires is NaN": signed("center=1,2&expires=NaN"),
    "expires is infinite": signed("center=1,2&expires=Infinity"),
    "expires has a thousand digits": signed("center=1,2&expires=" + "9" * 1000),
    "expires twice": signed(f"center=1,2&expires=1&expires={int(NOON) + 60}"),
    "expires empty": signed("center=1,2&expires="),
    "a referer that does not come": signed("center=1,2&referer=https%3A%2F%2Fa.example%2F"),
    "a signature and a token": lambda site: site.raw_signed(f"{QUERY}&token={site.token()}"),
    "no token": with_token(lambda _: ""),
    "a token behind ampersands escaped for HTML": lambda site: f"{PATH}?center=1,2&amp;z=9&amp;token={site.token()}",
    "a token of one part": with_token(lambda _: "abc"),
    "a token of dots": with_token(lambda _: "..."),
    "a token without a signature": with_token(lambda site: site.token().rpartition(".")[0] + "."),
    "a token cut off": with_token(lambda site: site.token()[:-2]),
    "a token with another's payload": with_token(
        lambda site: ".".join([site.token().split(".")[0], encode_base64url(b'{"iss":"A"}'), "a"])
    ),
    "a token of algorithm none": with_token(
        lambda _: encode_base64url(b'{"alg":"none"}') + "." + encode_base64url(b"{}") + "."
    ),
    "an expired token": with_token(lambda site: site.token(issued_at=int(NOON) - 99, expires_at=int(NOON) - 1)),
    "a token of another service": with_token(lambda site: site.token(scope="mapkit_js")),
    "a token of an origin": with_token(lambda site: site.token(origin="a.example")),
    "a token of 4,000 letters": with_token(lambda _: "A" * 4000),
    "a token as an array": lambda site: f"{PATH}?center=1,2&token[]={site.token()}",
    "a token in another case": lambda site: f"{PATH}?center=1,2&Token={site.token()}",
}
BROKEN: dict[str, Make] = {
    "no centre": signed("z=14"),
    "an empty centre": signed("center="),
    "auto with nothing to fit": signed("center=auto"),
    "a latitude of 91": signed("center=91,0"),
    "a longitude of 181": signed("center=0,181"),
    "an endless number": signed("center=1" + "0" * 500 + ",2"),
    "z is NaN": signed("center=1,2&z=NaN"),
    "z is infinite": signed("center=1,2&z=inf"),
    "z is 2.99": signed("center=1,2&z=2.99"),
    "z is 20.1": signed("center=1,2&z=20.1"),
    "z is 1e999": signed("center=1,2&z=1e999"),
    "a span of NaN": signed("center=1,2&spn=NaN,NaN"),
    "a span of one number": signed("center=1,2&spn=1"),
    "a span of the world": signed("center=1,2&spn=91,181"),
    "a size of nothing": signed("center=1,2&size=0x0"),
    "a size of 49": signed("center=1,2&size=49x400"),
    "a size of 641": signed("center=1,2&size=641x400"),
    "a size of a million": signed("center=1,2&size=1000000x1000000"),
    "a size below zero": signed("center=1,2&size=-600x400"),
    "a scale of 4": signed("center=1,2&scale=4"),
    "a scale of 1.5": signed("center=1,2&scale=1.5"),
    "an unknown kind of map": signed("center=1,2&t=globe"),
    "an unknown scheme": signed("center=1,2&colorScheme=sepia"),
    "a language of nonsense": signed("center=1,2&lang=../../etc/passwd"),
    "poi is maybe": signed("center=1,2&poi=maybe"),
    "annotations that are no JSON": given("annotations", "[{"),
    "annotations that are no list": given("annotations", {"point": "center"}),
    "annotations of NaN": given("annotations", '[{"point":NaN}]'),
    "an annotation without a point": given("annotations", [{}]),
    "a glyph of script": given("annotations", [{"point": "center", "glyphText": "<script>"}]),
    "a colour of script": given("annotations", [{"point": "center", "color": "url(#x)"}]),
    "an image that is not there": given("annotations", [{"point": "center", "markerStyle": "img", "imgIdx": 9}]),
    "an image of index -1": given("annotations", [{"point": "center", "markerStyle": "img", "imgIdx": -1}]),
    "an offset of a million": given("annotations", [{"point": "center", "markerStyle": "dot", "offset": "1000000,0"}]),
    "deeply nested annotations": signed(f"center=1,2&annotations={DEEP}"),
    "an overlay of an unknown kind": given("overlays", [{"type": "sphere", "points": ["1,2", "3,4"]}]),
    "an overlay without points": given("overlays", [{"type": "polyline"}]),
    "a polyline of nonsense": given("overlays", [{"points": "\u0001\u0002"}]),
    "a circle of infinite radius": given("overlays", '[{"type":"circle","center":"1,2","radius":1e999}]'),
    "a circle below zero": given("overlays", [{"type": "circle", "center": "1,2", "radius": -5}]),
    "a dash of a million": given("overlays", [{"points": POLYLINE, "lineDash": [10**9]}]),
    "a gradient of nonsense": given("overlays", [{"points": POLYLINE, "lineGradient": {"2": "blue"}}]),
    "a line of a million pixels": given("overlays", [{"points": POLYLINE, "lineWidth": 10**6}]),
    "eleven images": given("imgs", [PIN | {"url": f"https://a.example/{n}"} for n in range(11)]),
    "an image of a file": given("imgs", [PIN | {"url": "file:///etc/passwd"}]),
    "an image of gopher": given("imgs", [PIN | {"url": "gopher://127.0.0.1:25/x"}]),
    "an image without a size": given("imgs", [{"url": "https://a.example/p.png"}]),
    "an image of a million pixels": given("imgs", [PIN | {"width": 10**6}]),
    "more than a hundred parameters": signed("center=1,2" + "&a=b" * 101),
}
TOO_LONG: dict[str, Make] = {
    "a point in ten thousand": given("overlays", [{"points": [f"{n / 1000:.3f},2" for n in range(10_000)]}]),
    "a polyline of ten thousand points": given("overlays", [{"points": "_p~iF~ps|U" + "oA" * 10_000}]),
    "a thousand annotations": given("annotations", [{"point": "1,2"}] * 1000),
    "an image of a megabyte": given("imgs", [PIN | {"url": "data:image/png;base64," + "A" * 1_000_000}]),
    "a token of 8,000 letters": with_token(lambda _: "A" * 8000),
    "a parameter of 20,000 letters": signed("center=1,2&x=" + "a" * 20_000),
}
ODD_AND_GOOD: dict[str, Make] = {
    "the other signature over the same bytes": with_signature(lambda raw: encode_base64url(malleable(raw))),
    "parameters that nobody knows": signed("center=1,2&hello=world&format=jpg"),
    "a fragment": lambda site: site.raw_signed(QUERY) + "#x",
    "blanks as plus signs": signed("center=12+Rue+Grimaldi"),
    "bytes that are no UTF-8": signed("center=%FF%FE"),
    "a thousand points": given("overlays", [{"points": "_p~iF~ps|U" + "oAA" * 1000}]),
    "negative spans": signed("center=1,2&spn=-1,-2"),
}


@pytest.fixture
def server(site: SnapshotSite) -> Iterator[SnapshotServer]:
    site.options["explain"] = False
    with site.served() as server:
        yield server


@pytest.mark.parametrize(
    ("status", "targets"),
    [(401, REFUSED), (400, BROKEN), (413, TOO_LONG), (200, ODD_AND_GOOD)],
    ids=["refused", "broken", "too long", "odd and good"],
)
def test_each_malicious_url_has_its_status(server: SnapshotServer, status: int, targets: dict[str, Make]) -> None:
    messages = {401: "Not Authorized", 400: "Bad Request", 413: "Content Too Large"}
    wrong = {}
    for name, make in targets.items():
        target = make(server.site)
        answer = server.get(target)
        if answer.status != status:
            wrong[name] = (answer.status, answer.body[:200])
        elif status == 200:
            assert answer.body == PNG, name
        else:
            error = json.loads(answer.body)["error"]
            assert error["message"] == messages[status], name
            assert "signature=" not in answer.text, name
            assert status != 401 or error["details"] == [], name
    assert wrong == {}
    assert server.get(server.site.raw_signed(QUERY)).status == 200


def test_there_are_more_than_a_hundred_malicious_urls() -> None:
    assert len(REFUSED) + len(BROKEN) + len(TOO_LONG) > 120


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/api/v1/snapshot?center=\xc3\xa4", 401),
        (b"/api/v1/snapshot?center=\x01", 400),
        (b"/api/v1/snapshot?center=1 2", 400),
        (b"http://other.test/api/v1/snapshot?center=1,2", 401),
    ],
)
def test_a_request_target_that_is_no_url_is_refused_by_the_protocol(
    server: SnapshotServer, target: bytes, status: int
) -> None:
    assert server.get(target).status == status
    assert server.get(server.site.raw_signed(QUERY)).status == 200
