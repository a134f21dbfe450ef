/** The annotation layer of a map: which annotations are shown, alone or in clusters, and where. */

import { prefersLessMotion } from "../map/dom";
import { complain } from "../core/console";
import { type Pixel, projection } from "../map/camera";
import type { MapView } from "../map/map";
import { shown } from "../geometry/numbers";
import type { Annotation, Change } from "./annotation";
import { ClusterAnnotation } from "./cluster";
import { cluster } from "./clustering";
import { boxOf, settle } from "./settling";
import { Stand } from "./stand";

/** Elements up to this far outside the view stay in the page, CSS pixels. */
const MARGIN_PX = 120;
/** Change of zoom after which clusters are recomputed. */
const ZOOM_STEP = 0.5;
const SETTLE_MS = 120;

type Dirty = "place" | "settle" | "cluster";

export class AnnotationLayer {
  readonly #map: MapView;
  readonly #all = new Set<Annotation>();
  /** What is shown: single annotations, and clusters. */
  #shown: Annotation[] = [];
  readonly #stands = new Map<Annotation, Stand>();
  readonly #clusters = new Map<string, Annotation>();
  readonly #failed = new WeakSet<Annotation>();
  readonly #ids = new WeakMap<Annotation, number>();
  #lastId = 0;
  #zoomStep = Number.NaN;
  readonly #dirty = new Set<Dirty>();
  #frame = 0;
  #timer = 0;
  #hasClusters = false;

  constructor(map: MapView) {
    this.#map = map;
  }

  /** The annotations of the page. */
  get annotations(): Annotation[] {
    return [...this.#all].filter(annotation => !annotation._isOfMap);
  }

  has(annotation: Annotation): boolean {
    return this.#all.has(annotation);
  }

  add(annotation: Annotation): void {
    this.#all.add(annotation);
    this.#ids.set(annotation, ++this.#lastId);
    annotation._map = this.#map;
    this.#later("cluster");
  }

  remove(annotation: Annotation): void {
    this.#all.delete(annotation);
    annotation._map = null;
    this.#drop(annotation);
    this.#shown = this.#shown.filter(other => other !== annotation);
    this.#later("cluster");
  }

  /** Whether it is currently shown, as a single annotation or a cluster. */
  shows(annotation: Annotation): boolean {
    return this.#stands.has(annotation);
  }

  /** The box of an annotation in the view, CSS pixels; null if it is not shown. */
  boxOf(annotation: Annotation): { pixel: Pixel; width: number; height: number } | null {
    const stand = this.#stands.get(annotation);
    return stand ? { pixel: stand.pixel, ...stand.size } : null;
  }

  changed(annotation: Annotation, change: Change): void {
    const stand = this.#stands.get(annotation);
    stand?.refresh();
    if (change === "place") this.#placeOne(stand);
    this.#later(change === "cluster" || (change === "place" && annotation.clusteringIdentifier) ? "cluster" : "settle");
  }

  /** Update after a change of the selection: a selected annotation is shown outside its cluster. */
  selectionChanged(): void {
    if (this.#hasClusters) this.#later("cluster");
    else this.#later("settle");
  }

  /** Move everything that is shown with the camera. */
  place(): void {
    if (this.#hasClusters && Math.round(this.#map._stage.camera.zoom / ZOOM_STEP) !== this.#zoomStep) this.#cluster();
    const { camera, frame } = this.#map._stage;
    const project = projection(camera, frame);
    for (const annotation of this.#shown) {
      const stand = this.#stands.get(annotation);
      const pixel = project(stand?.point ?? annotation.coordinate.toMapPoint());
      const isNear =
        pixel.x > -MARGIN_PX && pixel.y > -MARGIN_PX && pixel.x < frame.width + MARGIN_PX && pixel.y < frame.height + MARGIN_PX;
      if (isNear) (stand ?? this.#raise(annotation))?.moveTo(pixel);
      else if (stand && !stand.isBusy) this.#drop(annotation);
    }
    if (!this.#timer) {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#settle();
      }, SETTLE_MS) as unknown as number;
    }
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    for (const annotation of this.#all) annotation._map = null;
    for (const annotation of [...this.#stands.keys()]) this.#drop(annotation);
    this.#all.clear();
    this.#shown = [];
  }

  #later(what: Dirty): void {
    this.#dirty.add(what);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.flush();
    });
  }

  /** Do pending work now, instead of in the next frame. */
  flush(): void {
    const dirty = new Set(this.#dirty);
    this.#dirty.clear();
    if (dirty.has("cluster")) this.#cluster();
    if (dirty.has("cluster") || dirty.has("place")) this.place();
    if (dirty.size > 0) this.#settle();
  }

  /** If the code of an annotation fails, log the error and do not show it, without affecting others. */
  #raise(annotation: Annotation): Stand | null {
    if (this.#failed.has(annotation)) return null;
    try {
      const stand = new Stand(annotation, this.#map, !prefersLessMotion());
      this.#stands.set(annotation, stand);
      this.#map._stage.layer.append(stand.wrapper);
      return stand;
    } catch (error) {
      this.#failed.add(annotation);
      complain(`The annotation ${shown(annotation.title)} is not shown: ${(error as Error)?.message ?? error}`);
      return null;
    }
  }

  #drop(annotation: Annotation): void {
    this.#stands.get(annotation)?.remove();
    this.#stands.delete(annotation);
  }

  #placeOne(stand: Stand | undefined): void {
    if (!stand) return;
    stand.readPoint();
    stand.moveTo(this.#map._stage.project(stand.point));
  }

  /** Recompute the clusters. */
  #cluster(): void {
    const { zoom } = this.#map._stage.camera;
    this.#zoomStep = Math.round(zoom / ZOOM_STEP);
    const alone: Annotation[] = [];
    const byName = new Map<string, Annotation[]>();
    for (const annotation of this.#all) {
      if (!annotation.visible) continue;
      const name = annotation.clusteringIdentifier;
      if (name === null || annotation.selected) alone.push(annotation);
      else if (byName.has(name)) byName.get(name)!.push(annotation);
      else byName.set(name, [annotation]);
    }
    this.#hasClusters = byName.size > 0;
    const kept = new Map<string, Annotation>();
    for (const [name, members] of byName) {
      for (const group of groupsOf(members, this.#zoomStep * ZOOM_STEP)) {
        if (group.length === 1) alone.push(group[0]!);
        else kept.set(...this.#clusterOf(name, group));
      }
    }
    this.#keep(kept);
    this.#show([...alone, ...new Set(kept.values())]);
  }

  /** The annotation for a group; the same as before if the group has not changed. */
  #clusterOf(name: string, members: Annotation[]): [string, Annotation] {
    const key = `${name}:${members.map(member => this.#ids.get(member)).sort().join()}`;
    const known = this.#clusters.get(key);
    if (known) return [key, known];
    const made = new ClusterAnnotation(members);
    try {
      const own = this.#map.annotationForCluster?.(made) ?? made;
      own._members = members;
      return [key, own];
    } catch (error) {
      complain(`annotationForCluster failed, and the cluster is shown as usual: ${(error as Error)?.message ?? error}`);
      return [key, made];
    }
  }

  #keep(kept: Map<string, Annotation>): void {
    for (const [key, annotation] of this.#clusters) {
      if (kept.has(key) || this.#all.has(annotation)) continue;
      if (this.#map.selectedAnnotation === annotation) this.#map.selectedAnnotation = null;
      annotation._map = null;
    }
    this.#clusters.clear();
    for (const [key, annotation] of kept) {
      annotation._map = this.#map;
      this.#clusters.set(key, annotation);
    }
  }

  #show(shown: Annotation[]): void {
    const wanted = new Set(shown);
    for (const annotation of [...this.#stands.keys()]) if (!wanted.has(annotation)) this.#drop(annotation);
    this.#shown = [...wanted];
  }

  /** Hide annotations that would cover more important ones. */
  #settle(): void {
    const stands = [...this.#stands.values()];
    settle(stands.filter(stand => stand.annotation.visible).map(stand => boxOf(stand)));
    this.#map._room.set(this.#shown);
  }
}

function groupsOf(members: readonly Annotation[], zoom: number): Annotation[][] {
  const points = members.map(annotation => {
    const { x, y } = annotation.coordinate.toMapPoint();
    return { x, y, priority: annotation.displayPriority, annotation };
  });
  return cluster(points, zoom).map(group => group.map(({ annotation }) => annotation));
}
