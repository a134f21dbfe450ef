/** The user's location, if the page requests it and the user allows it. */

import { Annotation } from "../annotations/annotation";
import { Coordinate, type CoordinateData } from "../geometry/points";
import { element } from "./dom";
import type { MapView } from "./map";

/** The blue dot. Its ring shows the accuracy. */
export class UserLocationAnnotation extends Annotation {
  override _isOfMap = true;
  _accuracy = 0;

  constructor(coordinate: CoordinateData) {
    super(coordinate, () => element("div", "mk-here", [element("div", "mk-here-ring"), element("div", "mk-here-dot")]), {
      calloutEnabled: false,
      collisionMode: "none",
      accessibilityLabel: "My location",
    });
  }

  override get coordinate(): Coordinate {
    return super.coordinate;
  }

  override set coordinate(value: CoordinateData) {
    super.coordinate = value;
  }

  override get draggable(): boolean {
    return false;
  }

  override set draggable(_: boolean) {
    // Set by the device.
  }

  /** Draw the ring, for a given number of metres per pixel. */
  _scale(metresPerPixel: number): void {
    const diameter = Math.min(2000, (2 * this._accuracy) / metresPerPixel);
    this.element.style.setProperty("--mk-ring", `${Math.round(diameter)}px`);
  }
}

export class UserLocation {
  readonly #map: MapView;
  annotation: UserLocationAnnotation | null = null;
  #watch: number | null = null;

  constructor(map: MapView) {
    this.#map = map;
  }

  /** Start or stop following the device; while shown, there is an annotation on the map. */
  refresh(isWanted: boolean): void {
    if (isWanted && this.#watch === null) this.#begin();
    if (!isWanted) this.end();
    if (this.annotation) this.#showOrHide(this.annotation);
  }

  end(): void {
    if (this.#watch !== null && this.#watch >= 0) navigator.geolocation.clearWatch(this.#watch);
    this.#watch = null;
    if (this.annotation) this.#map.removeAnnotation(this.annotation);
    this.annotation = null;
  }

  #begin(): void {
    if (!("geolocation" in navigator)) {
      this.#map.emit("user-location-error", { code: 2, message: "This browser cannot determine its location." });
      return;
    }
    this.#watch = navigator.geolocation.watchPosition(
      position => this.#take(position),
      ({ code, message }) => this.#map.emit("user-location-error", { code, message }),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    );
  }

  #take({ coords, timestamp }: GeolocationPosition): void {
    const coordinate = new Coordinate(coords.latitude, coords.longitude);
    const isFirst = this.annotation === null;
    this.annotation ??= new UserLocationAnnotation(coordinate);
    this.annotation._accuracy = coords.accuracy;
    this.annotation.coordinate = coordinate;
    this.#showOrHide(this.annotation);
    this.annotation._scale(this.#map._metresPerPixel);
    if (this.#map.tracksUserLocation) this.#map._center(coordinate, isFirst);
    this.#map.emit("user-location-change", { coordinate, timestamp: new Date(timestamp), floorLevel: null });
  }

  #showOrHide(annotation: UserLocationAnnotation): void {
    if (this.#map.showsUserLocation) this.#map.addAnnotation(annotation);
    else this.#map.removeAnnotation(annotation);
  }
}
