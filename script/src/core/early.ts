/** The members of `mapkit` that are available without a library: geometry and filters. */

import { CameraZoomRange } from "../geometry/camera_zoom_range";
import { Padding } from "../geometry/padding";
import { Coordinate, MapPoint } from "../geometry/points";
import { BoundingRegion, CoordinateRegion, CoordinateSpan, MapRect, MapSize } from "../geometry/regions";
import {
  AddressFilter,
  filterExcludingAllCategories,
  filterIncludingAllCategories,
  PointOfInterestFilter,
} from "../services/filters";

export const early = {
  AddressFilter,
  BoundingRegion,
  CameraZoomRange,
  Coordinate,
  CoordinateRegion,
  CoordinateSpan,
  MapPoint,
  MapRect,
  MapSize,
  Padding,
  PointOfInterestFilter,
  filterExcludingAllCategories,
  filterIncludingAllCategories,
};
