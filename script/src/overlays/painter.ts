/** The overlays and tile overlays of one map, drawn by MapLibre between the ground and the labels. */

import type { GeoJSONSource, Map as GlMap } from "maplibre-gl";
import { BATCH_FLOOR, isPlain, MANY, OverlayBatch } from "./batch";
import { fillPaint, lineLayout, linePaint, toGeoJSON } from "./paint";
import type { Overlay } from "./overlay";
import type { TileOverlay } from "./tile_overlay";
import { tileSource } from "./tiles";

/** Tolerance of simplification in pixels of the tile: the default would reduce circles from 96 to 24 vertices. */
const TOLERANCE = 0.05;

export class OverlayPainter {
  #gl: GlMap | null = null;
  #overlays: Overlay[] = [];
  #tileOverlays: TileOverlay[] = [];
  /** The overlays that are drawn together, if there are many. */
  readonly #batch = new OverlayBatch();
  /** The overlays that are drawn alone. */
  readonly #single = new Set<Overlay>();
  #isRegrouping = false;
  readonly #dirty = new Set<Overlay>();
  /** Overlays whose source has lengths, which gradients need. */
  readonly #measured = new Set<string>();
  /** The layer of the style below which all overlays are drawn. */
  #ceiling: string | undefined;

  /** A style was loaded: draw everything on it. */
  draw(gl: GlMap): void {
    this.#gl = gl;
    this.#ceiling = gl.getStyle().layers.find(layer => {
      const role = (layer.metadata as { "trigpoint:role"?: string } | undefined)?.["trigpoint:role"];
      return role === "label" || role === "poi";
    })?.id;
    for (const overlay of this.#tileOverlays) this.#drawTiles(overlay);
    this.#batch.draw(gl, this.#ceiling);
    this.#regroup();
  }

  /** The style was removed, with everything on it. */
  forget(): void {
    this.#gl = null;
    this.#single.clear();
    this.#batch.forget();
  }

  setOverlays(overlays: readonly Overlay[]): void {
    const [before, after] = [new Set(this.#overlays), new Set(overlays)];
    this.#overlays = [...overlays];
    for (const overlay of before) if (!after.has(overlay)) this.#erase(overlay);
    if (after.size >= MANY || !this.#batch.isEmpty) this.#regroupLater();
    else for (const overlay of after) this.#draw(overlay);
  }

  /** Group in the next microtask, because pages add many overlays one after the other. */
  #regroupLater(): void {
    if (!this.#isRegrouping) queueMicrotask(() => this.#regroup());
    this.#isRegrouping = true;
  }

  /** Draw plain overlays together if there are many of them; the others lie above. */
  #regroup(): void {
    this.#isRegrouping = false;
    const plain = this.#overlays.filter(isPlain);
    this.#batch.set(plain.length >= MANY ? plain : []);
    for (const overlay of [...this.#single]) if (this.#batch.has(overlay)) this.#erase(overlay);
    for (const overlay of this.#overlays) this.#draw(overlay);
  }

  setTileOverlays(overlays: readonly TileOverlay[]): void {
    const [before, after] = [new Set(this.#tileOverlays), new Set(overlays)];
    this.#tileOverlays = [...overlays];
    for (const overlay of before) if (!after.has(overlay)) this.eraseTiles(overlay);
    for (const overlay of after) if (!before.has(overlay)) this.#drawTiles(overlay);
  }

  /** Draw a change in the next microtask, because pages often set several members together. */
  changed(overlay: Overlay): void {
    if (this.#dirty.size === 0) queueMicrotask(() => this.#flush());
    this.#dirty.add(overlay);
  }

  /** Reload the tiles of a tile overlay. */
  reloadTiles(overlay: TileOverlay): void {
    this.eraseTiles(overlay);
    this.#drawTiles(overlay);
  }

  setTileOpacity(overlay: TileOverlay): void {
    if (this.#gl?.getLayer(overlay._id)) this.#gl.setPaintProperty(overlay._id, "raster-opacity", overlay.opacity);
  }

  eraseTiles({ _id }: TileOverlay): void {
    if (this.#gl?.getLayer(_id)) this.#gl.removeLayer(_id);
    if (this.#gl?.getSource(_id)) this.#gl.removeSource(_id);
  }

  #flush(): void {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    const there = new Set(this.#overlays);
    for (const overlay of dirty) if (there.has(overlay)) this.#update(overlay);
  }

  #draw(overlay: Overlay): void {
    const gl = this.#gl;
    const { _id: id, style } = overlay;
    if (!gl || this.#batch.has(overlay) || gl.getSource(id)) return;
    this.#single.add(overlay);
    const lineMetrics = style.lineGradient !== null;
    if (lineMetrics) this.#measured.add(id);
    else this.#measured.delete(id);
    gl.addSource(id, { type: "geojson", data: toGeoJSON(overlay), tolerance: TOLERANCE, lineMetrics });
    const before = this.#layerAfter(overlay);
    const visibility = overlay.visible ? "visible" : "none";
    if (overlay._isArea) {
      gl.addLayer({ id: `${id}-fill`, type: "fill", source: id, layout: { visibility }, paint: fillPaint(style) }, before);
    }
    const layout = { ...lineLayout(style), visibility } as const;
    gl.addLayer({ id: `${id}-line`, type: "line", source: id, layout, paint: linePaint(overlay) }, before);
  }

  /** The lowest layer of the overlays above this one. */
  #layerAfter(overlay: Overlay): string | undefined {
    const above = this.#overlays.slice(this.#overlays.indexOf(overlay) + 1);
    for (const { _id } of above) {
      const layer = [`${_id}-fill`, `${_id}-line`].find(name => this.#gl!.getLayer(name));
      if (layer) return layer;
    }
    return this.#ceiling;
  }

  /** Update an overlay in place, so that it does not flicker. */
  #update(overlay: Overlay): void {
    const gl = this.#gl;
    const { _id: id, style, visible } = overlay;
    if (this.#batch.has(overlay) !== (isPlain(overlay) && !this.#batch.isEmpty)) this.#regroup();
    if (this.#batch.has(overlay)) {
      this.#batch.changed(overlay);
      return;
    }
    const source = gl?.getSource(id) as GeoJSONSource | undefined;
    if (!gl || !source) return;
    // Only a source with line metrics can have a gradient, and that is fixed when it is created.
    if (this.#measured.has(id) !== (style.lineGradient !== null)) {
      this.#erase(overlay);
      this.#draw(overlay);
      return;
    }
    source.setData(toGeoJSON(overlay));
    const [line, fill] = [`${id}-line`, `${id}-fill`];
    for (const layer of overlay._isArea ? [line, fill] : [line]) {
      gl.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    }
    for (const [name, value] of Object.entries(lineLayout(style))) gl.setLayoutProperty(line, name as "line-cap", value as never);
    const paint = linePaint(overlay);
    for (const name of ["line-color", "line-opacity", "line-width", "line-gradient", "line-dasharray"] as const) {
      gl.setPaintProperty(line, name, paint[name]);
    }
    if (!overlay._isArea) return;
    for (const [name, value] of Object.entries(fillPaint(style))) gl.setPaintProperty(fill, name as "fill-color", value as never);
  }

  #erase(overlay: Overlay): void {
    const gl = this.#gl;
    this.#single.delete(overlay);
    if (!gl) return;
    const { _id } = overlay;
    for (const layer of [`${_id}-fill`, `${_id}-line`]) if (gl.getLayer(layer)) gl.removeLayer(layer);
    if (gl.getSource(_id)) gl.removeSource(_id);
  }

  #drawTiles(overlay: TileOverlay): void {
    const gl = this.#gl;
    if (!gl || gl.getSource(overlay._id)) return;
    gl.addSource(overlay._id, tileSource(overlay));
    const first = [BATCH_FLOOR, ...this.#overlays.flatMap(({ _id }) => [`${_id}-fill`, `${_id}-line`])].find(name => gl.getLayer(name));
    gl.addLayer({ id: overlay._id, type: "raster", source: overlay._id, paint: { "raster-opacity": overlay.opacity, "raster-fade-duration": 150 } }, first ?? this.#ceiling);
  }
}
