"""Tests the ES256 verifier and the JWS reader with the test vectors of C2SP/wycheproof.

    python tools/check_wycheproof.py FOLDER

FOLDER contains `ecdsa_secp256r1_sha256_p1363_test.json`, `ecdsa_secp256r1_sha256_test.json` and
`json_web_signature_test.json`, which are not part of this project. Exit status 1 if a forged signature is accepted or a
valid one is refused.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TypedDict, cast

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers

from trigpoint.credentials import reasons
from trigpoint.credentials.jws import MalformedError, decode_base64url, read_jws
from trigpoint.credentials.keypair import PublicKey, has_proof, read_public_key


class Vector(TypedDict, total=False):
    """One vector, with the members that are used here."""

    tcId: int
    comment: str
    flags: list[str]
    msg: str
    sig: str
    jws: str
    result: str


class Group(TypedDict, total=False):
    """Vectors that share a key."""

    type: str
    publicKeyDer: str
    public: dict[str, str]
    tests: list[Vector]


def main(folder: Path) -> int:
    """Check every file; print a line for each and for every disagreement."""
    wrong = 0
    for name, check in (
        ("ecdsa_secp256r1_sha256_p1363_test.json", check_raw),
        ("ecdsa_secp256r1_sha256_test.json", check_der),
        ("json_web_signature_test.json", check_jws),
    ):
        counts: Counter[str] = Counter()
        for group in cast("list[Group]", json.loads((folder / name).read_text(encoding="utf-8"))["testGroups"]):
            for vector in group["tests"]:
                verdict = check(group, vector)
                counts[verdict] += 1
                if verdict.startswith("WRONG"):
                    print(f"  {name} {vector['tcId']}: {verdict} ({vector['comment']})")
        wrong += sum(count for verdict, count in counts.items() if verdict.startswith("WRONG"))
        print(name, ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    return 1 if wrong else 0


def judge(*, passed: bool, result: str) -> str:
    """Compare our result with the vector's; for `acceptable`, both are right."""
    if result == "acceptable":
        return f"acceptable, {'accepted' if passed else 'refused'}"
    if passed == (result == "valid"):
        return "accepted as they should" if passed else "refused as they should"
    return "WRONG: accepted" if passed else "WRONG: refused"


def check_raw(group: Group, vector: Vector) -> str:
    """Check a signature that consists of r and s, 32 bytes each."""
    public = read_public_key(bytes.fromhex(group["publicKeyDer"]))
    passed = public.has_signed(bytes.fromhex(vector["msg"]), bytes.fromhex(vector["sig"]))
    return judge(passed=passed, result=vector["result"])


def check_der(group: Group, vector: Vector) -> str:
    """Check a DER signature: tokens never accept it, but a proof of possession does."""
    public = read_public_key(bytes.fromhex(group["publicKeyDer"]))
    message, signature = bytes.fromhex(vector["msg"]), bytes.fromhex(vector["sig"])
    if public.has_signed(message, signature):
        return "WRONG: accepted in a token"
    try:
        challenge = message.decode("utf-8")
    except UnicodeDecodeError:
        return "refused in tokens (a challenge is text, and the message is not)"
    return judge(passed=has_proof(public, challenge, signature), result=vector["result"])


def check_jws(group: Group, vector: Vector) -> str:
    """Check a JWS with ES256. Payloads that are not JSON occur in the vectors, and are not refused here."""
    jwk = group.get("public") or {}
    if jwk.get("crv") != "P-256":
        return "of another algorithm, skipped"
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", "verify"):
        return "about a JWK's use, skipped: keys are not registered as JWK"
    x, y = (int.from_bytes(decode_base64url(jwk[name].encode(), name)) for name in ("x", "y"))
    public = PublicKey(EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key())
    try:
        jws = read_jws(vector["jws"])
        header, signing_input, signature = jws.header, jws.signing_input, jws.signature
    except MalformedError as error:
        if error.reason not in {reasons.PAYLOAD_NOT_JSON, reasons.PAYLOAD_NOT_OBJECT, reasons.PAYLOAD_NOT_UTF8}:
            return judge(passed=False, result=vector["result"])
        header = error.header or {}
        head, _, tail = vector["jws"].rpartition(".")
        signing_input, signature = head.encode(), decode_base64url(tail.encode(), "signature")
    passed = header.get("alg") == "ES256" and public.has_signed(signing_input, signature)
    return judge(passed=passed, result=vector["result"])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
