/** A cluster: one balloon with the number of annotations that would cover each other. */

import { wordsFor } from "../controls/words";
import { session } from "../core/session";
import { Coordinate } from "../geometry/points";
import type { Annotation } from "./annotation";
import { MarkerAnnotation } from "./marker";

export class ClusterAnnotation extends MarkerAnnotation {
  readonly #members: readonly Annotation[];

  constructor(members: readonly Annotation[]) {
    const latitude = members.reduce((sum, { coordinate }) => sum + coordinate.latitude, 0) / members.length;
    const first = members[0]!.coordinate.longitude;
    const east = members.reduce((sum, { coordinate }) => sum + nearest(coordinate.longitude, first), 0) / members.length;
    const lead = members.find(member => member.title);
    super(new Coordinate(latitude, east), {
      title: lead?.title ?? "",
      subtitle: wordsFor(session.language).more.replace("{n}", String(members.length - 1)),
      glyphText: members.length < 1000 ? String(members.length) : "999+",
      color: (lead ?? members[0]) instanceof MarkerAnnotation ? ((lead ?? members[0]) as MarkerAnnotation).color : "#ff5b40",
      clusteringIdentifier: members[0]!.clusteringIdentifier,
      displayPriority: Math.max(...members.map(member => member.displayPriority)),
    });
    this.#members = members;
  }

  override get memberAnnotations(): Annotation[] {
    return [...this.#members];
  }

  /** Clusters cannot be dragged. */
  override get draggable(): boolean {
    return false;
  }

  override set draggable(_: boolean) {
    // Read-only.
  }

  /** Without a title, the number on the balloon. */
  override get _label(): string {
    return this.title || this.accessibilityLabel ? super._label : String(this.#members.length);
  }
}

/** `longitude`, or the same plus or minus 360 degrees, whichever is nearest to `other`. */
function nearest(longitude: number, other: number): number {
  return longitude - 360 * Math.round((longitude - other) / 360);
}
