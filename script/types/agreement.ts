// Checks that our classes are compatible with Apple's types, which pages are written for: tsc refuses a line if a member
// of ours returns or accepts less than Apple's. Apple's classes with private members are compared by their public ones.
import type * as Apple from "apple-mapkit";
import type * as Ours from "../src/api";

type Public<T> = Pick<T, keyof T>;
/** The members with primitive values. */
type Plain<T> = { [K in keyof T as T[K] extends string | number | boolean | null | undefined ? K : never]: T[K] };
type Agrees<Our extends Their, Their> = [Our, Their];

export type Agreements = [
  Agrees<Public<Ours.Coordinate>, Public<Apple.Coordinate>>,
  Agrees<Public<Ours.CoordinateSpan>, Public<Apple.CoordinateSpan>>,
  Agrees<Public<Ours.CoordinateRegion>, Omit<Public<Apple.CoordinateRegion>, "copy" | "toMapRect" | "equals" | "toBoundingRegion">>,
  Agrees<Public<Ours.BoundingRegion>, Omit<Public<Apple.BoundingRegion>, "toCoordinateRegion" | "copy">>,
  Agrees<Public<Ours.MapPoint>, Public<Apple.MapPoint>>,
  Agrees<Public<Ours.MapSize>, Public<Apple.MapSize>>,
  Agrees<Public<Ours.MapRect>, Omit<Public<Apple.MapRect>, "copy" | "scale" | "toCoordinateRegion" | "equals">>,
  Agrees<Public<Ours.Padding>, Public<Apple.Padding>>,
  Agrees<Public<Ours.CameraZoomRange>, Public<Apple.CameraZoomRange>>,
  Agrees<Public<Ours.Style>, Omit<Public<Apple.Style>, "lineGradient">>,
  Agrees<Public<Ours.LineGradient>, Public<Apple.LineGradient>>,
  Agrees<Public<Ours.PointOfInterestFilter>, Public<Apple.PointOfInterestFilter>>,
  Agrees<Public<Ours.AddressFilter>, Public<Apple.AddressFilter>>,
  Agrees<Public<Ours.SearchAutocompleteResult>, Public<Apple.SearchAutocompleteResult>>,
  Agrees<Plain<Ours.Map>, Plain<Apple.Map>>,
  Agrees<Plain<Ours.Annotation>, Plain<Apple.Annotation>>,
  Agrees<Plain<Ours.MarkerAnnotation>, Plain<Apple.MarkerAnnotation>>,
  Agrees<Plain<Ours.MapFeatureAnnotation>, Plain<Apple.MapFeatureAnnotation>>,
  Agrees<Plain<Ours.CircleOverlay>, Plain<Apple.CircleOverlay>>,
  Agrees<Plain<Ours.TileOverlay>, Plain<Apple.TileOverlay>>,
  Agrees<Plain<Ours.Place>, Plain<Apple.Place>>,
  Agrees<Plain<Ours.Search>, Plain<Apple.Search>>,
  Agrees<Plain<Ours.PointsOfInterestSearch>, Plain<Apple.PointsOfInterestSearch>>,
  Agrees<Plain<Ours.PlaceDetail>, Plain<Apple.PlaceDetail>>,
  Agrees<Plain<Ours.LookAround>, Plain<Apple.LookAround>>,
];
