/** What a map is drawn with: the style of its type and scheme, as soon as there is one, and what a refused tile means. */

import type { Map as GlMap } from "maplibre-gl";
import { isDark } from "../controls/controls";
import { complain } from "../core/console";
import { MapType } from "../core/enumerations";
import { session } from "../core/session";
import { loadFonts } from "./fonts";
import type { MapView } from "./map";
import { PointsOfInterest } from "./points_of_interest";
import { fetchStyle } from "./styles";

/** The ground before there is a style, by scheme. */
export const GROUND = { light: "#f7f4ec", dark: "#26282c" } as const;

interface TileAddress {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What MapLibre tells of something that went wrong; for a tile also which one. */
export interface Trouble {
  readonly error: { message: string; name?: string; status?: number };
  readonly sourceId?: string;
  readonly tile?: { readonly tileID: { readonly canonical: TileAddress } };
}

export class Drawing {
  readonly #map: MapView;
  #points: PointsOfInterest | null = null;
  /** Names the style that is drawn or on its way; "" before the first. */
  #styled = "";
  #isRenewing = false;
  /** The tiles that were refused, by their source. */
  readonly #refused = new Map<string, TileAddress[]>();

  constructor(map: MapView) {
    this.#map = map;
  }

  /** The layers of the style that hold points of interest. */
  get pointLayers(): string[] {
    return this.#points?.layers ?? [];
  }

  applyPoints(): void {
    this.#points?.apply(this.#map.showsPointsOfInterest, this.#map.pointOfInterestFilter);
  }

  /** Draw with the style that the members ask for, as soon as there is one. */
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
    if (!gl) return; // it is asked for while MapLibre comes
    this.#styled = name;
    style.then(
      style => {
        if (this.#styled !== name || stage.gl !== gl) return;
        this.#map._painter.forget();
        this.#map._room.forget();
        this.#points = null;
        gl.setStyle(style, { diff: false, validate: false }); // the server's tests have held it against the specification
      },
      (error: unknown) => {
        if (this.#styled === name) this.#styled = "";
        this.judge({ error: error as Error });
      },
    );
  }

  /** A style is there: put everything of the page's on it. */
  takeStyle(gl: GlMap): void {
    if (this.#styled === "") return;
    loadFonts();
    this.#points = new PointsOfInterest(gl);
    this.applyPoints();
    this.#map._painter.draw(gl);
    this.#map._room.draw(gl);
  }

  /** A tile or style that is refused asks for one new bootstrap; what is drawn stays. */
  judge({ error, sourceId, tile }: Trouble): void {
    if (error.status !== 401) {
      if (error.name !== "AbortError") complain(`Map: ${error.message}`);
      return;
    }
    if (sourceId && tile) this.#refused.set(sourceId, [...(this.#refused.get(sourceId) ?? []), tile.tileID.canonical]);
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    session.renew().catch(() => undefined); // the error event says why; a later bootstrap mends it
  }

  /** There is a new bootstrap: what was refused is asked for again. */
  takeBootstrap(): void {
    this.#isRenewing = false;
    this.restyle();
    const { gl } = this.#map._stage;
    for (const [source, tiles] of this.#refused) {
      if (gl?.getSource(source)) gl.refreshTiles(source, tiles);
    }
    this.#refused.clear();
  }
}
