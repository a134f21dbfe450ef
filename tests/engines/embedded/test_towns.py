"""The towns of GeoNames around a point: the nearest ones, as measured to each town of the list."""

import numpy as np
import pytest

from trigpoint.engines.embedded.gazetteer.towns import Towns, load_towns, on_sphere, read_cities


@pytest.fixture(scope="module")
def towns() -> Towns:
    return load_towns()


def test_the_nearest_town_is_that_of_a_comparison_with_all_towns(towns: Towns) -> None:
    chance = np.random.default_rng(1)
    longitudes = np.concatenate([chance.uniform(-180, 180, 60), [9.52, 180.0, -180.0, 0.0, 0.0, 10.0]])
    latitudes = np.concatenate([chance.uniform(-60, 75, 60), [47.14, 0.0, 0.0, 90.0, -90.0, 47.0]])
    cities = read_cities("cities5000")
    all_towns = on_sphere(np.array([city.longitude for city in cities]), np.array([city.latitude for city in cities]))
    reached = 0
    for at, found in enumerate(towns.nearest_cities(longitudes, latitudes)):
        here = on_sphere(longitudes[at : at + 1], latitudes[at : at + 1])
        nearest = np.sqrt(((all_towns - here) ** 2).sum(axis=1).min())
        own = on_sphere(np.array([found.longitude]), np.array([found.latitude]))
        if nearest < np.radians(0.5):  # farther away, the box that is searched first may hold another than the nearest
            assert np.sqrt(((own - here) ** 2).sum()) == pytest.approx(nearest)
            reached += 1
    assert reached > 10


def test_towns_near_a_point_come_nearest_first_each_as_the_list_has_it(towns: Towns) -> None:
    assert [town.name for town in towns.nearest_few(9.5215, 47.1415, count=3)] == ["Vaduz", "Schaan", "Triesenberg"]
    assert len(towns.nearest_few(-140.0, -45.0, count=2)) == 2  # far out in the Pacific


def test_many_points_at_once_get_what_each_gets_alone(towns: Towns) -> None:
    chance = np.random.default_rng(2)
    some = read_cities("cities5000")[::900]
    near = np.array([(city.longitude, city.latitude) for city in some]) + chance.normal(0, 0.05, (len(some), 2))
    far = [(9.52, 47.14), (-0.1, 51.5), (180.0, -17.0), (-180.0, 66.0), (-140.0, -45.0), (0.0, 90.0), (0.0, -90.0)]
    longitudes, latitudes = np.concatenate([near, far]).T
    each = zip(longitudes.tolist(), latitudes.tolist(), strict=True)
    alone = [(towns.nearest_few(lng, lat, count=8), towns.city_around(lng, lat)) for lng, lat in each]
    assert towns.around(longitudes, latitudes, count=8) == alone
    assert sum(city is not None for _, city in alone) > 10
    assert towns.around(longitudes[:0], latitudes[:0], count=8) == []


def test_a_town_is_found_by_any_of_its_names_within_reach(towns: Towns) -> None:
    zurich = towns.called("zuerich", 8.5, 47.4, reach_km=30) or towns.called("Zürich", 8.5, 47.4, reach_km=30)
    assert zurich is not None
    assert zurich.country_code == "CH"
    assert towns.called("Zürich", 9.5, 47.1, reach_km=30) is None


def test_a_place_inside_a_large_citys_built_up_area_is_in_that_city_and_no_other(towns: Towns) -> None:
    around = towns.city_around(-0.10, 51.50)
    assert around is not None
    assert around.name == "London"
    assert towns.city_around(-140.0, -45.0) is None
