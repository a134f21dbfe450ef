/** The style of a map, and how it reacts to refused or failed tiles and styles. */

import type { Map as GlMap } from "maplibre-gl";
import { isDark } from "../controls/controls";
import { complain } from "../core/console";
import { MapType } from "../core/enumerations";
import { session } from "../core/session";
import { TILES } from "../overlays/tile_overlay";
import { loadFonts, releaseFonts } from "./fonts";
import type { MapView } from "./map";
import { Retry } from "./retry";
import { PointsOfInterest } from "./points_of_interest";
import { fetchStyle } from "./styles";

/** The background before the style is loaded, by colour scheme. */
export const GROUND = { light: "#f7f4ec", dark: "#26282c" } as const;

interface TileAddress {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** An error event of MapLibre; for a tile, with the tile. */
export interface Trouble {
  readonly error: { message: string; name?: string; status?: number };
  readonly sourceId?: string;
  readonly tile?: { readonly tileID: { readonly canonical: TileAddress } };
}

export class Drawing {
  readonly #map: MapView;
  #points: PointsOfInterest | null = null;
  /** The key of the current or requested style; "" before the first. */
  #styled = "";
  #isRenewing = false;
  /** The tiles that were refused or failed, by source. */
  readonly #missing = new Map<string, TileAddress[]>();
  readonly #retry: Retry;

  /** After `end`, nothing is requested again. */
  constructor(map: MapView, end: AbortSignal) {
    this.#map = map;
    this.#retry = new Retry(() => this.#askAgain(), end);
  }

  /** The layers of the style that hold points of interest. */
  get pointLayers(): string[] {
    return this.#points?.layers ?? [];
  }

  applyPoints(): void {
    this.#points?.apply(this.#map.showsPointsOfInterest, this.#map.pointOfInterestFilter);
  }

  /** Request and apply the style for the map's type, scheme and language. */
  restyle(): void {
    const { mapType, colorScheme, _stage: stage } = this.#map;
    const dark = isDark(colorScheme);
    const hasPictures = mapType === MapType.Hybrid || mapType === MapType.Satellite;
    const scheme = dark && !hasPictures ? "dark" : "light";
    stage.element.classList.toggle("mk-dark", dark || hasPictures);
    stage.element.style.setProperty("--mk-ground", dark ? GROUND.dark : GROUND.light);
    this.#map._refreshControls();
    const name = `${mapType}/${scheme}/${session.language}`;
    const { gl } = stage;
    if (!session.bootstrap || name === this.#styled) return;
    const style = fetchStyle(mapType, scheme);
    style.catch(() => undefined);
    if (!gl) return; // the style is requested while MapLibre is downloaded
    this.#styled = name;
    style.then(
      style => {
        if (this.#styled !== name || stage.gl !== gl) return;
        this.#map._painter.forget();
        this.#map._room.forget();
        this.#points = null;
        releaseFonts(gl);
        gl.setStyle(style, { diff: false, validate: false }); // the server's tests validate it against the specification
      },
      (error: unknown) => {
        if (this.#styled === name) this.#styled = "";
        this.judge({ error: error as Error });
      },
    );
  }

  /** A style was loaded: add the page's items to it. */
  takeStyle(gl: GlMap): void {
    if (this.#styled === "") return;
    loadFonts();
    this.#points = new PointsOfInterest(gl);
    this.applyPoints();
    this.#map._painter.draw(gl);
    this.#map._room.draw(gl);
  }

  /**
   * After a refused tile or style, request one new bootstrap. If one failed because of the network or the server, request it
   * again after a while. What is drawn stays.
   */
  judge({ error, sourceId, tile }: Trouble): void {
    if (error.name === "AbortError" || sourceId?.startsWith(TILES)) return; // a tile overlay reports its own errors
    const { status } = error;
    const isPassing = status === 0 || (status !== undefined && status >= 500);
    if ((status === 401 || isPassing) && sourceId && tile) {
      this.#missing.set(sourceId, [...(this.#missing.get(sourceId) ?? []), tile.tileID.canonical]);
    }
    if (isPassing) {
      if (this.#retry.later()) complain(`Map: ${withoutQuery(error.message)}. What is missing is asked for again until it comes.`);
      return;
    }
    if (status !== 401) complain(`Map: ${withoutQuery(error.message)}`);
    if (status !== 401 || this.#isRenewing) return;
    this.#isRenewing = true;
    session.renew().catch(() => undefined); // there is an error event; a later bootstrap repairs the map
  }

  /** There is a new bootstrap: request again what was refused. */
  takeBootstrap(): void {
    this.#isRenewing = false;
    this.#askAgain();
  }

  #askAgain(): void {
    this.restyle();
    const { gl } = this.#map._stage;
    const missing = [...this.#missing];
    this.#missing.clear();
    for (const [source, tiles] of missing) {
      if (gl?.getSource(source)) gl.refreshTiles(source, tiles);
    }
  }
}

/** A message without the queries of its URLs, which contain an access key. */
function withoutQuery(message: string): string {
  return message.replace(/\?\S*/g, "");
}
