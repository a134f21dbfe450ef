// @apple/mapkit-loader as its README shows. The page's own tag in the head names our host, and the loader picks it up.
import { load } from "@apple/mapkit-loader";

const libraries = ["map", "annotations"];
const mapkit = await load({ token: window.TOKEN, language: "en-US", libraries });
window.loaded = { version: mapkit.version, libraries: mapkit.loadedLibraries };
const map = new mapkit.Map(document.getElementById("map"));
map.addAnnotation(new mapkit.MarkerAnnotation(new mapkit.Coordinate(60.17, 24.94)));
map.setCenterAnimated(new mapkit.Coordinate(60.17, 24.94), false);
window.map = map;
window.geocoder = typeof mapkit.Geocoder; // of a library that was not loaded
