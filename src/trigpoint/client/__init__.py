"""The SDK: sign a token, exchange it, keep it, call. It speaks to Trigpoint and to Apple alike.

from trigpoint.client import MapsClient, Signer

signer = Signer.from_file("AuthKey_2X9R4HXF34.p8", team_id="K5GNLXS2QT")
with MapsClient(signer, base_url="http://127.0.0.1:8060") as maps:
    print(maps.geocode("Mannerheimintie 1, Helsinki")[0]["coordinate"])
"""

from trigpoint.client.exchange import ApiError
from trigpoint.client.maps_client import APPLE, AsyncMapsClient, MapsClient
from trigpoint.client.signing import Signer

__all__ = ["APPLE", "ApiError", "AsyncMapsClient", "MapsClient", "Signer"]
