"""Points, boxes and distances on the globe: degrees in WGS 84, and metres."""

import math

import msgspec

EARTH_RADIUS_M = 6_378_137.0
"""Equatorial radius (WGS 84)."""
MEAN_RADIUS_M = 6_371_000.0
"""Mean radius, of the sphere on which places are ranked."""
METRES_PER_KILOMETRE = 1_000
METRES_PER_DEGREE = 2 * math.pi * EARTH_RADIUS_M / 360
"""Metres per degree of latitude, and per degree of longitude at the equator."""
ROUND_METRES_PER_DEGREE = 111_320.0
"""The same, rounded to 10 m. The place index and its scores keep this value, so that results stay equal to the bit."""
POINT_REGION_HALF_M = 500.0
"""Half the side of the region of a place that is a point (contract §4.2)."""


def great_circle_m(latitude: float, other_latitude: float, across: float, *, radius_m: float) -> float:
    """Give the distance in metres between two points on a sphere, `across` degrees of longitude apart (haversine)."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    half_lat, half_lng = (here - there) / 2, math.radians(across) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(here) * math.cos(there) * math.sin(half_lng) ** 2
    return 2 * radius_m * math.asin(min(1.0, math.sqrt(chord)))


class Point(msgspec.Struct, frozen=True, gc=False):
    """A coordinate. `latitude` is in [-90, 90], `longitude` in [-180, 180]."""

    latitude: float
    longitude: float

    def distance_to(self, other: "Point") -> float:
        """Give the great-circle distance in metres, on a sphere with the equatorial radius of WGS 84."""
        across = other.longitude - self.longitude
        return great_circle_m(self.latitude, other.latitude, across, radius_m=EARTH_RADIUS_M)


class Box(msgspec.Struct, frozen=True, gc=False):
    """An area between two parallels and two meridians. If `west` is greater than `east`, it crosses the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, point: Point) -> bool:
        """Tell whether a point is inside the box or on its edge."""
        if not self.south <= point.latitude <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= point.longitude <= self.east
        return point.longitude >= self.west or point.longitude <= self.east

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        width = (self.east - self.west) % 360
        longitude = (self.west + width / 2 + 180) % 360 - 180
        return Point((self.south + self.north) / 2, longitude)


def region_around(point: Point, half_m: float = POINT_REGION_HALF_M) -> Box:
    """Give the box that extends `half_m` metres from a point in each direction (contract §4.2: ±500 m)."""
    d_lat = half_m / METRES_PER_DEGREE
    shrink = math.cos(math.radians(point.latitude))
    d_lng = min(180.0, d_lat / shrink) if shrink > 1e-9 else 180.0
    all_round = d_lng >= 180.0
    return Box(
        south=max(-90.0, point.latitude - d_lat),
        west=-180.0 if all_round else (point.longitude - d_lng + 180) % 360 - 180,
        north=min(90.0, point.latitude + d_lat),
        east=180.0 if all_round else (point.longitude + d_lng + 180) % 360 - 180,
    )
