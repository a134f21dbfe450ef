/** Routes between two places, and travel times to several destinations. */

import { TransportType } from "../core/enumerations";
import { Coordinate, type CoordinateData, toCoordinate } from "../geometry/points";
import { PolylineOverlay } from "../overlays/shapes";
import { unwrapped } from "../overlays/geometry";
import { type LocationBody, Place, type PlaceBody, readLocation } from "./place";
import type { Callback, Parameters, Request } from "./request";
import { isFunction, pointText, Service } from "./service";

type End = string | CoordinateData | Place;

export interface DirectionsRequest {
  origin: End;
  destination: End;
  transportType?: TransportType;
  departureDate?: Date;
  arrivalDate?: Date;
  avoidTolls?: boolean;
  requestsAlternateRoutes?: boolean;
  signal?: AbortSignal;
}

export interface EtaRequestOptions {
  origin: CoordinateData;
  destinations: CoordinateData[];
  transportType?: TransportType;
  departureDate?: Date;
  arrivalDate?: Date;
  signal?: AbortSignal;
}

/** One instruction of a route, and the path to the next. */
export class RouteStep {
  instructions: string;
  distance: number;
  transportType: TransportType | null;
  path: Coordinate[];

  constructor(body: StepBody, path: LocationBody[]) {
    this.instructions = body.instructions ?? "";
    this.distance = body.distanceMeters;
    this.transportType = readTransport(body.transportType);
    this.path = path.flatMap(point => readLocation(point) ?? []);
  }
}

export class Route {
  name: string;
  /** Metres. */
  distance: number;
  /** Seconds. */
  expectedTravelTime: number;
  transportType: TransportType | null;
  hasTolls: boolean | null;
  steps: RouteStep[];
  #polyline: PolylineOverlay | null = null;

  constructor(body: RouteBody, steps: RouteStep[]) {
    this.name = body.name ?? "";
    this.distance = body.distanceMeters;
    this.expectedTravelTime = body.durationSeconds;
    this.transportType = readTransport(body.transportType);
    this.hasTolls = body.hasTolls ?? null;
    this.steps = steps;
  }

  /** The whole route as an overlay. */
  get polyline(): PolylineOverlay {
    this.#polyline ??= new PolylineOverlay(acrossAntimeridian(this.path.flat()), { style: { lineWidth: 6, strokeOpacity: 0.75 } });
    return this.#polyline;
  }

  /** The paths of the steps, as in MapKit JS 5. */
  get path(): Coordinate[][] {
    return this.steps.map(step => step.path);
  }
}

export interface DirectionsResponse {
  request?: DirectionsRequest;
  origin?: Coordinate | Place;
  destination?: Coordinate | Place;
  routes: Route[];
}

export interface EtaResult {
  destination?: Coordinate;
  transportType: TransportType;
  distance: number;
  expectedTravelTime: number;
  staticTravelTime: number | null;
}

export interface EtaResponse {
  request?: EtaRequestOptions;
  origin: Coordinate;
  etas: EtaResult[];
}

interface StepBody {
  stepPathIndex: number;
  distanceMeters: number;
  instructions?: string;
  transportType?: string;
}

interface RouteBody {
  name?: string;
  distanceMeters: number;
  durationSeconds: number;
  transportType?: string;
  hasTolls?: boolean;
  stepIndexes: number[];
}

interface DirectionsBody {
  origin?: PlaceBody;
  destination?: PlaceBody;
  routes?: RouteBody[];
  steps?: StepBody[];
  stepPaths?: LocationBody[][];
}

interface EtaBody {
  destination: LocationBody;
  transportType?: string;
  distanceMeters?: number;
  expectedTravelTimeSeconds?: number;
  staticTravelTimeSeconds?: number;
}

/** Transport types in the Server API, which has `Automobile` for `AUTOMOBILE`. */
const NAMES: Readonly<Record<TransportType, string>> = { AUTOMOBILE: "Automobile", WALKING: "Walking", CYCLING: "Cycling" };

function readTransport(value: string | undefined): TransportType | null {
  const name = value?.toUpperCase();
  return Object.values(TransportType).find(type => type === name) ?? null;
}

function endText(end: End, where: string): string {
  if (typeof end === "string") return end;
  const coordinate = end instanceof Place ? end.coordinate : toCoordinate(end, where);
  if (coordinate) return pointText(coordinate, where)!;
  throw new TypeError(`[MapKit] ${where} must be a string, a coordinate, or a place with one.`);
}

function journey({ transportType, departureDate, arrivalDate }: DirectionsRequest | EtaRequestOptions): Parameters {
  return {
    transportType: transportType ? (NAMES[transportType] ?? transportType) : null,
    departureDate: departureDate?.toISOString().replace(/\.\d+Z$/, "Z"),
    arrivalDate: arrivalDate?.toISOString().replace(/\.\d+Z$/, "Z"),
  };
}

export class Directions extends Service {
  static get Transport(): typeof TransportType {
    return TransportType;
  }

  constructor(options: { language?: string } = {}) {
    super(options);
  }

  route(request: DirectionsRequest, callback?: Callback<DirectionsResponse>): Request<DirectionsResponse> {
    const task = async (signal: AbortSignal): Promise<DirectionsResponse> => {
      const parameters = {
        origin: endText(request.origin, "Directions.route: origin"),
        destination: endText(request.destination, "Directions.route: destination"),
        ...journey(request),
        avoid: request.avoidTolls ? "Tolls" : null,
        requestsAlternateRoutes: request.requestsAlternateRoutes === false ? null : true,
      };
      return read(await this.get<DirectionsBody>("directions", parameters, signal), request);
    };
    return this.run(task, request.signal, isFunction(callback) ? callback : undefined);
  }

  eta(request: EtaRequestOptions, callback?: Callback<EtaResponse>): Request<EtaResponse> {
    const task = async (signal: AbortSignal): Promise<EtaResponse> => {
      const origin = toCoordinate(request.origin, "Directions.eta: origin");
      const parameters = {
        origin: pointText(origin, "Directions.eta: origin"),
        destinations: request.destinations.map(end => pointText(end, "Directions.eta: destinations")).join("|"),
        ...journey(request),
      };
      const body = await this.get<{ etas?: EtaBody[] }>("etas", parameters, signal);
      return { request, origin, etas: (body.etas ?? []).map(readEta) };
    };
    return this.run(task, request.signal, isFunction(callback) ? callback : undefined);
  }
}

function readEta(body: EtaBody): EtaResult {
  return {
    ...(readLocation(body.destination) ? { destination: readLocation(body.destination)! } : {}),
    transportType: readTransport(body.transportType) ?? TransportType.Automobile,
    distance: body.distanceMeters ?? 0,
    expectedTravelTime: body.expectedTravelTimeSeconds ?? 0,
    staticTravelTime: body.staticTravelTimeSeconds ?? null,
  };
}

function read(body: DirectionsBody, request: DirectionsRequest): DirectionsResponse {
  const { steps = [], stepPaths = [], routes = [] } = body;
  const made = routes.map(route => {
    const own = route.stepIndexes.flatMap(index => {
      const step = steps[index];
      return step ? [new RouteStep(step, stepPaths[step.stepPathIndex] ?? [])] : [];
    });
    return new Route(route, own);
  });
  const response: DirectionsResponse = { request, routes: made };
  const [origin, destination] = [readEnd(body.origin, request.origin), readEnd(body.destination, request.destination)];
  if (origin) response.origin = origin;
  if (destination) response.destination = destination;
  return response;
}

function readEnd(body: PlaceBody | undefined, asked: End): Place | Coordinate | null {
  if (body) return new Place(body);
  if (typeof asked === "string") return null;
  return asked instanceof Place ? asked : toCoordinate(asked, "Directions.route");
}

/** Longitudes that go on beyond 180 degrees, as overlays need them. */
function acrossAntimeridian(path: readonly Coordinate[]): Coordinate[] {
  return unwrapped(path).map(([longitude, latitude]) => new Coordinate(latitude, longitude));
}
