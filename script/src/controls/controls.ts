/** The controls above a map: compass, zoom, map type, user location, scale, and the attribution. */

import { ColorScheme, FeatureVisibility, MapType } from "../core/enumerations";
import { session } from "../core/session";
import { element } from "../map/dom";
import type { MapView } from "../map/map";
import { isTouch } from "../map/values";
import { arrow, check, compass, layers, minus, plus } from "./icons";
import { isImperial, scaleFor } from "./scale";
import { directionOf, type Words, wordsFor } from "./words";

const SCALE_PX = 110;
/** Metres in a pixel beyond which there is no scale: it would be wrong at the edges. */
const MOST_METRES = 7_500;
/** Milliseconds after the last zoom until an adaptive scale fades. */
const SCALE_MS = 1_500;
const OSM = { name: "© OpenStreetMap contributors", url: "https://www.openstreetmap.org/copyright" };

function button(className: string, icon: SVGElement, act: () => void): HTMLButtonElement {
  const made = element("button", `mk-button ${className}`, [icon]);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function name(control: HTMLElement, words: string): void {
  control.setAttribute("aria-label", words);
  control.title = words;
}

export class Controls {
  readonly #map: MapView;
  readonly #host: HTMLElement;
  readonly #zoomIn = button("mk-zoom-in", plus(), () => this.#map._zoomBy(1));
  readonly #zoomOut = button("mk-zoom-out", minus(), () => this.#map._zoomBy(-1));
  readonly #zoom = element("div", "mk-group mk-zoom", [this.#zoomOut, this.#zoomIn]);
  readonly #compass = button("mk-compass", compass(), () => this.#map.setRotationAnimated(0));
  readonly #types = button("mk-types", layers(), () => this.#toggleMenu());
  readonly #location = button("mk-locate", arrow(), () => this.#map._toggleTracking());
  readonly #menu = element("div", "mk-menu");
  readonly #scale = element("div", "mk-scale", [element("span", "mk-scale-text"), element("span", "mk-scale-bar")]);
  readonly #credits = element("div", "mk-credits");
  #scaleTimer = 0;
  #lastZoom = Number.NaN;
  #words: Words = wordsFor("en");

  constructor(map: MapView, host: HTMLElement) {
    this.#map = map;
    this.#host = host;
    const top = element("div", "mk-corner mk-top-right", [element("div", "mk-group", [this.#types, this.#location]), this.#menu]);
    const bottom = element("div", "mk-corner mk-bottom-right", [this.#compass, this.#zoom]);
    host.append(
      element("div", "mk-corner mk-top-left", [this.#scale]),
      top,
      bottom,
      element("div", "mk-corner mk-bottom-left", [this.#credits]),
    );
    this.#menu.setAttribute("role", "menu");
    this.#types.setAttribute("aria-haspopup", "menu");
    this.#scale.setAttribute("aria-hidden", "true");
    top.addEventListener("focusout", event => {
      if (!top.contains(event.relatedTarget as Node | null)) this.#closeMenu();
    });
    top.addEventListener("keydown", event => this.#pressInMenu(event));
    this.#closeMenu();
  }

  /** Update the controls from the map's members. */
  refresh(): void {
    const map = this.#map;
    this.#words = wordsFor(session.language);
    const words = this.#words;
    this.#host.dir = directionOf(session.language);
    name(this.#zoomIn, words.zoomIn);
    name(this.#zoomOut, words.zoomOut);
    name(this.#compass, words.resetNorth);
    name(this.#types, words.mapType);
    name(this.#location, words.myLocation);
    this.#zoom.hidden = !(map.showsZoomControl && map.isZoomEnabled);
    this.#types.hidden = !map.showsMapTypeControl;
    this.#location.hidden = !map.showsUserLocationControl;
    this.#types.parentElement!.hidden = this.#types.hidden && this.#location.hidden;
    if (this.#types.hidden) this.#closeMenu();
    this.#location.setAttribute("aria-pressed", String(map.tracksUserLocation));
    this.#refreshCredits();
    this.follow();
  }

  /** Update the controls after a move of the camera. */
  follow(): void {
    const { rotation, showsCompass, isRotationEnabled } = this.#map;
    const isTurned = Math.min(rotation, 360 - rotation) > 0.5;
    const isAdaptive = showsCompass === FeatureVisibility.Adaptive;
    const isWanted = showsCompass === FeatureVisibility.Visible || (isAdaptive && (isTurned || !isTouch()));
    this.#compass.hidden = !(isWanted && (isRotationEnabled || isTurned));
    this.#credits.parentElement!.classList.toggle("mk-roomy", Boolean(this.#compass.hidden && this.#zoom.hidden));
    this.#compass.style.setProperty("--mk-turn", `${-rotation}deg`);
    this.#refreshScale();
  }

  #refreshScale(): void {
    const { showsScale, distances } = this.#map;
    const { zoom } = this.#map._stage.camera;
    const hasZoomed = !Number.isNaN(this.#lastZoom) && Math.abs(zoom - this.#lastZoom) > 0.01;
    this.#lastZoom = zoom;
    if (showsScale === FeatureVisibility.Adaptive && hasZoomed) {
      this.#scale.classList.add("mk-awake");
      clearTimeout(this.#scaleTimer);
      this.#scaleTimer = setTimeout(() => this.#scale.classList.remove("mk-awake"), SCALE_MS) as unknown as number;
    }
    this.#scale.classList.toggle("mk-adaptive", showsScale === FeatureVisibility.Adaptive);
    this.#scale.hidden = showsScale === FeatureVisibility.Hidden || this.#map._metresPerPixel > MOST_METRES;
    if (this.#scale.hidden) return;
    const imperial = isImperial(distances, session.language);
    const { text, widthPx } = scaleFor(this.#map._metresPerPixel, SCALE_PX, imperial, session.language);
    this.#scale.querySelector(".mk-scale-text")!.textContent = text;
    this.#scale.querySelector<HTMLElement>(".mk-scale-bar")!.style.width = `${Math.round(widthPx)}px`;
  }

  #refreshCredits(): void {
    const named = session.bootstrap?.attributions ?? [];
    const credits = named.length > 0 ? named : [OSM];
    const links = credits.map(({ name: text, url }) => {
      const credit = element(url ? "a" : "span", "mk-credit", [text]);
      if (credit instanceof HTMLAnchorElement) Object.assign(credit, { href: url, target: "_blank", rel: "noopener" });
      return credit;
    });
    this.#credits.replaceChildren(...links);
  }

  #toggleMenu(): void {
    if (!this.#menu.hidden) {
      this.#closeMenu();
      return;
    }
    const types = [MapType.Standard, MapType.MutedStandard, MapType.Hybrid, MapType.Satellite];
    const entries = types.map(type => {
      const isChosen = this.#map.mapType === type;
      const entry = button("mk-entry", check(), () => {
        this.#map.mapType = type;
        this.#closeMenu();
        this.#types.focus();
      });
      entry.append(this.#words[type]);
      entry.setAttribute("role", "menuitemradio");
      entry.setAttribute("aria-checked", String(isChosen));
      return entry;
    });
    this.#menu.replaceChildren(...entries);
    this.#menu.hidden = false;
    this.#types.setAttribute("aria-expanded", "true");
    entries[types.indexOf(this.#map.mapType as (typeof types)[number])]?.focus();
  }

  #closeMenu(): void {
    this.#menu.hidden = true;
    this.#types.setAttribute("aria-expanded", "false");
  }

  #pressInMenu(event: KeyboardEvent): void {
    if (this.#menu.hidden) return;
    if (event.key === "Escape") {
      this.#closeMenu();
      this.#types.focus();
      event.stopPropagation();
      return;
    }
    const entries = [...this.#menu.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const root = this.#menu.getRootNode() as Document | ShadowRoot;
    const at = entries.indexOf(root.activeElement as HTMLButtonElement);
    entries.at((at + step) % entries.length)?.focus();
  }

  destroy(): void {
    clearTimeout(this.#scaleTimer);
  }
}

/** Whether a colour scheme is currently dark. */
export function isDark(scheme: ColorScheme): boolean {
  return scheme === ColorScheme.Dark || (scheme === ColorScheme.Adaptive && matchMedia("(prefers-color-scheme: dark)").matches);
}
