"""Measures the CPU time to verify a new auth token, relative to one ES256 verification of the same bytes."""

import sys
import time
from statistics import median

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import auth_checks, auth_token
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.jws import read_jws
from trigpoint.credentials.keypair import generate
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service

LIMIT = 1.3
ROUNDS, TOKENS = 15, 400
NOW = 1_795_449_600
TEAM, KEY = TeamId("K5GNLXS2QT"), KeyId("2X9R4HXF34")


def main() -> int:
    private_key = generate()
    bare_key = ec.EllipticCurvePublicNumbers(
        *(int.from_bytes(part) for part in private_key.public.coordinates()), ec.SECP256R1()
    ).public_key()
    facts = KeyFacts(KEY, TEAM, "maps.com.example.website", MAPKIT_JS_SERVICE, private_key.public)
    call = Call(Service.SERVER_API, None, float(NOW))
    algorithm = ec.ECDSA(hashes.SHA256())
    ratios, judged, verifying = [], [], []
    for number in range(ROUNDS):
        tokens = [
            auth_token.sign(
                private_key,
                key_id=KEY,
                team_id=TEAM,
                issued_at=NOW - 60,
                expires_at=NOW + 1800 + number * TOKENS + each,
                scope="server_api",
            )
            for each in range(TOKENS)
        ]
        opened = [read_jws(token) for token in tokens]
        ready = [
            (encode_dss_signature(int.from_bytes(jws.signature[:32]), int.from_bytes(jws.signature[32:])), jws)
            for jws in opened
        ]
        start = time.process_time()
        for signature, jws in ready:
            bare_key.verify(signature, jws.signing_input, algorithm)
        bare = time.process_time() - start
        start = time.process_time()
        for token in tokens:
            case = auth_token.open_case(token, call)
            case.key = facts if case.unverified_kid == KEY else None
            auth_checks.judge(case, thorough=False).require()
        judge = time.process_time() - start
        ratios.append(judge / bare)
        judged.append(judge / TOKENS * 1e6)
        verifying.append(bare / TOKENS * 1e6)
    ratio = median(ratios)
    print(f"bare ES256 verification   {median(verifying):7.1f} µs")
    print(f"judging a first-seen token{median(judged):7.1f} µs")
    print(f"ratio                     {ratio:7.3f}   (at most {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
