import time

import jwt  # pip install pyjwt[crypto]

TEAM_ID = "K5GNLXS2QT"
KEY_ID = "2X9R4HXF34"

with open(f"AuthKey_{KEY_ID}.p8") as file:
    private_key = file.read()

now = int(time.time())
token = jwt.encode(
    {"iss": TEAM_ID, "iat": now, "exp": now + 30 * 60, "scope": "server_api"},
    private_key,
    algorithm="ES256",
    headers={"kid": KEY_ID},
)
print(token)
