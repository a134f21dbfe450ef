// An embedded map: shows the JSON in #shown with our own mapkit.js.
"use strict";
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const tell = sentence => Object.assign(document.getElementById("trouble"), { hidden: false, textContent: sentence });
  const { mapkit } = window;
  if (!mapkit) return tell("The script of this map could not be loaded.");
  const { language, colorScheme, center, cameraDistance, isCard, pins } = read("shown");
  const token = new URLSearchParams(location.search).get("token") ?? "";

  mapkit.addEventListener("error", ({ status }) => {
    const sentences = {
      Unauthorized: "This map cannot be shown any longer: its token is now refused.",
      "Too Many Requests": "This map cannot be shown any longer: today's map views are used up.",
    };
    tell(sentences[status] ?? "The map server does not respond.");
  });
  mapkit.init({ authorizationCallback: done => done(token.trim()), language });

  const at = ({ latitude, longitude }) => new mapkit.Coordinate(latitude, longitude);
  const isSmall = innerWidth < 360 || innerHeight < 260;
  const annotations = pins.map(pin => {
    const subtitle = isCard ? "" : (pin.subtitle ?? ""); // the card shows it already
    const options = { title: pin.title, subtitle, animates: false, calloutEnabled: !isCard && pin.title !== "" };
    if (pin.region === undefined) return new mapkit.MarkerAnnotation(at(pin.coordinate), options);
    const place = new mapkit.Place({ name: pin.title, coordinate: pin.coordinate, poiCategory: pin.category });
    return new mapkit.PlaceAnnotation(place, options);
  });
  const map = new mapkit.Map("map", {
    colorScheme,
    showsCompass: isSmall ? "hidden" : "adaptive",
    showsMapTypeControl: false,
    showsZoomControl: !isSmall,
    showsUserLocationControl: false,
  });
  const card = document.getElementById("card");
  if (card && isSmall) map.padding = new mapkit.Padding(card.offsetTop + card.offsetHeight, 0, 0, 0);
  if (center) map.center = at(center);
  else if (pins.length === 1) map.region = regionOf(pins[0]);
  else map.showItems(annotations, { animate: false, padding: new mapkit.Padding(48, 40, 32, 40) });
  if (cameraDistance !== undefined) map.cameraDistance = cameraDistance;
  else if (center) map.cameraDistance = 3000;
  map.addAnnotations(annotations);
  const selected = pins.findIndex(pin => pin.selected);
  if (selected >= 0) map.selectedAnnotation = annotations[selected];

  /** The region to show for one pin: a large area whole, anything smaller with the streets around it. */
  function regionOf({ coordinate, region }) {
    const around = new mapkit.CoordinateRegion(at(coordinate), new mapkit.CoordinateSpan(0.006, 0.006));
    if (!region) return around;
    const { northLatitude, eastLongitude, southLatitude, westLongitude } = region;
    if (northLatitude - southLatitude < 0.02) return around;
    return new mapkit.BoundingRegion(northLatitude, eastLongitude, southLatitude, westLongitude).toCoordinateRegion();
  }
})();
