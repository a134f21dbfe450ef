/** The members of a map about items: annotations, overlays, tile overlays, and the selection. */

import { Annotation, type Change } from "../annotations/annotation";
import { type Callout, openCallout } from "../annotations/callout";
import type { ClusterAnnotation } from "../annotations/cluster";
import { AnnotationLayer } from "../annotations/layer";
import type { ItemCollection } from "../geojson/items";
import { absent } from "../core/host";
import { shown } from "../geometry/numbers";
import { Coordinate, type CoordinateData } from "../geometry/points";
import { type Padding, type PaddingData, Padding as PaddingClass } from "../geometry/padding";
import { CoordinateRegion, CoordinateSpan, type CoordinateSpanData, MapRect, type MapRectData, toMapRect } from "../geometry/regions";
import { hits } from "../overlays/hit";
import { Overlay } from "../overlays/overlay";
import { OverlayPainter } from "../overlays/painter";
import { TileOverlay } from "../overlays/tile_overlay";
import { accessoryCard } from "../places/card";
import { fitWithin, MAX_ZOOM, type Pixel, zoomAt } from "./camera";
import { CameraMap, pageOffset } from "./camera_map";
import { rectAround, roomFor } from "./extent";
import { flatten, readList } from "./item_lists";
import type { MapView } from "./map";
import { Room } from "./room";

/** The smallest region that `showItems` shows: a few streets. */
const ITEM_ZOOM = 16;

export interface MapShowItemsOptions {
  animate?: boolean;
  padding?: PaddingData;
  minimumSpan?: CoordinateSpanData;
  cameraDistance?: number;
}

export type Item = Annotation | Overlay | ItemCollection;

export abstract class ItemMap extends CameraMap {
  readonly _painter = new OverlayPainter();
  readonly _room = new Room();
  readonly _layer = new AnnotationLayer(this as unknown as MapView);
  annotationForCluster: ((cluster: ClusterAnnotation) => Annotation | undefined | null) | null = null;
  #overlays: Overlay[] = [];
  #tileOverlays: TileOverlay[] = [];
  #selected: Annotation | null = null;
  #selectedOverlay: Overlay | null = null;
  protected callout: Callout | null = null;

  // Annotations

  get annotations(): Annotation[] {
    return this._layer.annotations;
  }

  set annotations(value: Annotation[] | null | undefined) {
    const wanted = new Set(readList(value ?? [], Annotation, "annotations"));
    this.removeAnnotations(this.annotations.filter(annotation => !wanted.has(annotation)));
    this.addAnnotations([...wanted]);
  }

  addAnnotation(annotation: Annotation): Annotation | null {
    if (!(annotation instanceof Annotation)) {
      throw new TypeError(`[MapKit] Map.addAnnotation: an Annotation is expected; got ${shown(annotation)}.`);
    }
    if (this._layer.has(annotation)) return annotation;
    annotation._map?.removeAnnotation(annotation);
    this._layer.add(annotation);
    if (annotation.selected) this.selectedAnnotation = annotation;
    return annotation;
  }

  addAnnotations(annotations: Annotation[]): Annotation[] {
    for (const annotation of readList(annotations, Annotation, "addAnnotations")) this.addAnnotation(annotation);
    return annotations;
  }

  removeAnnotation(annotation: Annotation): Annotation {
    if (!this._layer.has(annotation)) return annotation;
    if (this.#selected === annotation) this.selectedAnnotation = null;
    this._layer.remove(annotation);
    return annotation;
  }

  removeAnnotations(annotations: Annotation[]): Annotation[] {
    for (const annotation of readList(annotations, Annotation, "removeAnnotations")) this.removeAnnotation(annotation);
    return annotations;
  }

  annotationsInMapRect(mapRect: MapRectData): Annotation[] {
    const rect = toMapRect(mapRect, "Map.annotationsInMapRect");
    return this.annotations.filter(({ coordinate }) => {
      const { x, y } = coordinate.toMapPoint();
      const isBetween = [x - 1, x, x + 1].some(turn => turn >= rect.minX() && turn <= rect.maxX());
      return isBetween && y >= rect.minY() && y <= rect.maxY();
    });
  }

  get selectedAnnotation(): Annotation | null {
    return this.#selected;
  }

  set selectedAnnotation(value: Annotation | null | undefined) {
    const annotation = value ?? null;
    const before = this.#selected;
    if (annotation === before || (annotation && annotation._map !== (this as unknown))) return;
    this.#selected = annotation;
    this.callout?.close();
    this.callout = null;
    if (before) {
      before._markSelected(false);
      this.#tell(before, "deselect", { annotation: before });
    }
    if (annotation && this.#selected === annotation) {
      if (this.#selectedOverlay) this.selectedOverlay = null;
      annotation._markSelected(true);
      this._openCallout(annotation);
      this.#tell(annotation, "select", { annotation });
    }
    this._layer.selectionChanged();
  }

  /** Show the callout of the selected annotation, instead of a previous one. */
  _openCallout(annotation: Annotation, extra: HTMLElement | null = null): void {
    this.callout?.close();
    this._layer.flush();
    this.callout = openCallout(annotation, this as unknown as MapView, extra);
    if (!extra && annotation.selectionAccessory) void this.#openAccessory(annotation);
  }

  /** Show the place card of an annotation as soon as the place is known. */
  async #openAccessory(annotation: Annotation): Promise<void> {
    const card = await accessoryCard(annotation.id, annotation.place);
    if (card && this.#selected === annotation) this._openCallout(annotation, card);
  }

  _placeCallout(pixel?: Pixel): void {
    this.callout?.place(pixel);
  }

  _annotationChanged(annotation: Annotation, change: Change): void {
    this._layer.changed(annotation, change);
    if (annotation === this.#selected && change === "place") this.callout?.place();
  }

  // Overlays

  get overlays(): Overlay[] {
    return [...this.#overlays];
  }

  set overlays(value: Overlay[] | null | undefined) {
    const wanted = new Set(readList(value ?? [], Overlay, "overlays"));
    this.removeOverlays(this.#overlays.filter(overlay => !wanted.has(overlay)));
    this.addOverlays([...wanted]);
  }

  addOverlay(overlay: Overlay): Overlay | null {
    this.addOverlays([overlay]);
    return overlay;
  }

  addOverlays(overlays: Overlay[]): Overlay[] {
    for (const overlay of readList(overlays, Overlay, "addOverlays")) {
      if (overlay._map === (this as unknown)) continue;
      overlay._map?.removeOverlay(overlay);
      overlay._map = this as unknown as MapView;
      this.#overlays.push(overlay);
    }
    this._painter.setOverlays(this.#overlays);
    const selected = overlays.find(overlay => overlay.selected);
    if (selected) this.selectedOverlay = selected;
    return overlays;
  }

  removeOverlay(overlay: Overlay): Overlay {
    this.removeOverlays([overlay]);
    return overlay;
  }

  removeOverlays(overlays: Overlay[]): Overlay[] {
    const gone = new Set(readList(overlays, Overlay, "removeOverlays").filter(overlay => overlay._map === (this as unknown)));
    if (this.#selectedOverlay && gone.has(this.#selectedOverlay)) this.selectedOverlay = null;
    for (const overlay of gone) overlay._map = null;
    this.#overlays = this.#overlays.filter(overlay => !gone.has(overlay));
    this._painter.setOverlays(this.#overlays);
    return overlays;
  }

  get selectedOverlay(): Overlay | null {
    return this.#selectedOverlay;
  }

  set selectedOverlay(value: Overlay | null | undefined) {
    const overlay = value ?? null;
    const before = this.#selectedOverlay;
    if (overlay === before || (overlay && overlay._map !== (this as unknown))) return;
    this.#selectedOverlay = overlay;
    if (before) {
      before._markSelected(false);
      this.#tell(before, "deselect", { overlay: before });
    }
    if (!overlay || this.#selectedOverlay !== overlay) return;
    if (this.#selected) this.selectedAnnotation = null;
    overlay._markSelected(true);
    this.#tell(overlay, "select", { overlay });
  }

  /** The overlays at a point of the page, from the background to the foreground. */
  overlaysAtPoint(point: { x: number; y: number }): Overlay[] {
    const { left, top } = pageOffset(this._stage.element);
    const pixel = { x: point.x - left, y: point.y - top };
    const { camera, frame } = this._stage;
    return this.#overlays.filter(overlay => overlay.visible && hits(overlay, pixel, camera, frame));
  }

  topOverlayAtPoint(point: { x: number; y: number }): Overlay | null {
    return this.overlaysAtPoint(point).at(-1) ?? absent;
  }

  _overlayChanged(overlay: Overlay): void {
    this._painter.changed(overlay);
  }

  // Tile overlays

  get tileOverlays(): TileOverlay[] {
    return [...this.#tileOverlays];
  }

  set tileOverlays(value: TileOverlay[] | null | undefined) {
    this.removeTileOverlays(this.#tileOverlays);
    this.addTileOverlays([...(value ?? [])]);
  }

  addTileOverlay(tileOverlay: TileOverlay): TileOverlay {
    this.addTileOverlays([tileOverlay]);
    return tileOverlay;
  }

  addTileOverlays(tileOverlays: TileOverlay[]): TileOverlay[] {
    for (const overlay of readList(tileOverlays, TileOverlay, "addTileOverlays")) {
      if (overlay._map === (this as unknown)) continue;
      overlay._map?.removeTileOverlay(overlay);
      overlay._map = this as unknown as MapView;
      this.#tileOverlays.push(overlay);
    }
    this._painter.setTileOverlays(this.#tileOverlays);
    return tileOverlays;
  }

  removeTileOverlay(tileOverlay: TileOverlay): TileOverlay {
    this.removeTileOverlays([tileOverlay]);
    return tileOverlay;
  }

  removeTileOverlays(tileOverlays: TileOverlay[]): TileOverlay[] {
    const gone = new Set(readList(tileOverlays, TileOverlay, "removeTileOverlays").filter(overlay => overlay._map === (this as unknown)));
    for (const overlay of gone) overlay._map = null;
    this.#tileOverlays = this.#tileOverlays.filter(overlay => !gone.has(overlay));
    this._painter.setTileOverlays(this.#tileOverlays);
    return tileOverlays;
  }

  _tileOverlayChanged(overlay: TileOverlay, change: "opacity" | "tiles"): void {
    if (change === "opacity") this._painter.setTileOpacity(overlay);
    else this._painter.reloadTiles(overlay);
  }

  // Items of every kind

  addItems<T extends Item | readonly Item[]>(items: T): T {
    const flat = flatten(items, "addItems");
    this.addAnnotations(flat.filter(item => item instanceof Annotation));
    this.addOverlays(flat.filter(item => item instanceof Overlay));
    return items;
  }

  removeItems<T extends Item | readonly Item[]>(items: T): T {
    const flat = flatten(items, "removeItems");
    this.removeAnnotations(flat.filter(item => item instanceof Annotation));
    this.removeOverlays(flat.filter(item => item instanceof Overlay));
    return items;
  }

  /** Add items that are not on the map yet, and move the camera so that all of them are visible. */
  showItems<T extends Item | readonly Item[]>(items: T, options: MapShowItemsOptions = {}): T {
    const flat = flatten(items, "showItems");
    this.addItems(items);
    const coordinates = flat.flatMap((item): CoordinateData[] => (item instanceof Annotation ? [item.coordinate] : item._extent()));
    if (coordinates.length === 0) return items;
    const rect = atLeast(rectAround(coordinates), options.minimumSpan);
    const annotations = flat.filter(item => item instanceof Annotation);
    const callout = this.callout && annotations.includes(this.callout.annotation) ? this.callout.reach : null;
    const room = roomFor(annotations, new PaddingClass(options.padding ?? {}), this._stage.frame, callout);
    this.#show(rect, room, options);
    return items;
  }

  #show(rect: MapRect, room: Padding, { animate = false, cameraDistance }: MapShowItemsOptions): void {
    const stage = this._stage;
    if (!stage.hasSize) {
      stage.show(rect.size.width + rect.size.height > 0 ? rect.scale(1.25) : atLeast(rect, new CoordinateSpan(0.01, 0.01)), false);
      return;
    }
    const highest = rect.size.width + rect.size.height > 0 ? MAX_ZOOM : ITEM_ZOOM;
    const camera = fitWithin(rect, stage.frame, room, stage.camera.rotation, highest);
    const zoom = cameraDistance === undefined ? camera.zoom : zoomAt(cameraDistance, camera.y, stage.frame);
    stage.move({ ...camera, zoom }, animate);
  }

  #tell(item: Annotation | Overlay, type: string, members: object): void {
    item.emit(type, members);
    this.emit(type, members);
  }
}

function atLeast(rect: MapRect, span: CoordinateSpanData | undefined): MapRect {
  if (!span) return rect;
  const center = new Coordinate(rect.toCoordinateRegion().center.latitude, rect.toCoordinateRegion().center.longitude);
  const least = new CoordinateRegion(center, span).toMapRect();
  const width = Math.max(rect.size.width, least.size.width);
  const height = Math.max(rect.size.height, least.size.height);
  return new MapRect(rect.midX() - width / 2, rect.midY() - height / 2, width, height);
}
