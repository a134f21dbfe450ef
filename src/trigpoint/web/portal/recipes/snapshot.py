import base64
import json
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes, serialization  # pip install cryptography
from cryptography.hazmat.primitives.asymmetric import ec, utils

TEAM_ID = "K5GNLXS2QT"
KEY_ID = "2X9R4HXF34"

with open(f"AuthKey_{KEY_ID}.p8", "rb") as file:
    private_key = serialization.load_pem_private_key(file.read(), None)
assert isinstance(private_key, ec.EllipticCurvePrivateKey)

parameters = {
    "center": "60.1699,24.9384",
    "z": "14",
    "size": "600x400",
    "scale": "2",
    "annotations": json.dumps([{"point": "center", "color": "449944", "glyphText": "h"}]),
    "teamId": TEAM_ID,
    "keyId": KEY_ID,
}
query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())

# Path and query are signed exactly as they are sent, as the 64 raw bytes r and s; the library gives DER.
path = f"/api/v1/snapshot?{query}"
r, s = utils.decode_dss_signature(private_key.sign(path.encode(), ec.ECDSA(hashes.SHA256())))
signature = base64.urlsafe_b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).rstrip(b"=").decode()
print(f"https://maps.example.com{path}&signature={signature}")
