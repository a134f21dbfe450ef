/** Groups annotations that are so close at a zoom that they become one cluster. */

import { WORLD_PX } from "../map/camera";

/** Annotations closer than this become a cluster, CSS pixels. */
export const CLUSTER_RADIUS_PX = 46;

export interface Clusterable {
  /** In the unit square. */
  readonly x: number;
  readonly y: number;
  readonly priority: number;
}

/**
 * Group `points` at `zoom`: each group has its most important point first. Those with no neighbour are groups of one.
 * Takes time in proportion to the number of points, by a grid.
 */
export function cluster<T extends Clusterable>(points: readonly T[], zoom: number, radius = CLUSTER_RADIUS_PX): T[][] {
  const scale = WORLD_PX * 2 ** zoom;
  const cell = radius / scale;
  const grid = new Map<string, T[]>();
  const key = (x: number, y: number) => `${x},${y}`;
  for (const point of points) {
    const name = key(Math.floor(point.x / cell), Math.floor(point.y / cell));
    const there = grid.get(name);
    if (there) there.push(point);
    else grid.set(name, [point]);
  }
  const taken = new Set<T>();
  const groups: T[][] = [];
  for (const point of [...points].sort((a, b) => b.priority - a.priority)) {
    if (taken.has(point)) continue;
    taken.add(point);
    const group = [point];
    const [column, row] = [Math.floor(point.x / cell), Math.floor(point.y / cell)];
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (const other of grid.get(key(column + dx, row + dy)) ?? []) {
          if (taken.has(other) || (other.x - point.x) ** 2 + (other.y - point.y) ** 2 > cell ** 2) continue;
          taken.add(other);
          group.push(other);
        }
      }
    }
    groups.push(group);
  }
  return groups;
}
