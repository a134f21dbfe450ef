"""The SDK: signs tokens, exchanges and caches them, and calls the Maps Server API of Trigpoint or of Apple.

from trigpoint.client import MapsClient, Signer

signer = Signer.from_file("AuthKey_2X9R4HXF34.p8", team_id="K5GNLXS2QT")
with MapsClient(signer, base_url="http://127.0.0.1:8060") as maps:
    print(maps.geocode("Mannerheimintie 1, Helsinki")[0].coordinate)

The types of the results are in `trigpoint.client.answers`.
"""

from trigpoint.client.answers import Completion, Coordinate, Directions, Eta, MapRegion, Place, Places, SearchPage
from trigpoint.client.async_maps_client import AsyncMapsClient
from trigpoint.client.caller import APPLE
from trigpoint.client.exchange import ApiError
from trigpoint.client.maps_client import MapsClient
from trigpoint.client.signing import Signer

__all__ = [
    "APPLE",
    "ApiError",
    "AsyncMapsClient",
    "Completion",
    "Coordinate",
    "Directions",
    "Eta",
    "MapRegion",
    "MapsClient",
    "Place",
    "Places",
    "SearchPage",
    "Signer",
]
