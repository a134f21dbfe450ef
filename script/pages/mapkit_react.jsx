// mapkit-react as its README shows, with the `load` prop that takes another host.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { Annotation, ColorScheme, FeatureVisibility, Map, MapType, Marker, PointOfInterestCategory, Polygon, Polyline } from "mapkit-react";

const load = token =>
  new Promise(resolve => {
    const script = document.createElement("script");
    script.src = `${window.HOST}/mk/5.x.x/mapkit.js`;
    script.onload = () => {
      mapkit.init({ authorizationCallback: done => done(token) });
      resolve();
    };
    document.head.append(script);
  });

const log = (window.seen = []);
const at = (latitude, longitude) => ({ latitude, longitude });

function Callout() {
  return <div style={{ padding: 12, background: "white", borderRadius: 8 }}>A callout of the page</div>;
}

function App() {
  const [dark, setDark] = useState(false);
  const [markers, setMarkers] = useState(true);
  Object.assign(window, { setDark, setMarkers });
  return (
    <Map
      token={window.TOKEN}
      load={load}
      colorScheme={dark ? ColorScheme.Dark : ColorScheme.Light}
      mapType={MapType.MutedStandard}
      showsScale={FeatureVisibility.Visible}
      initialRegion={{ centerLatitude: 60.17, centerLongitude: 24.944, latitudeDelta: 0.01, longitudeDelta: 0.02 }}
      excludedPOICategories={[PointOfInterestCategory.Hotel]}
      allowWheelToZoom
      onLoad={() => log.push("load")}
      onRegionChangeEnd={() => log.push("region-change-end")}
      onClick={event => log.push(["click", typeof event.toCoordinates().latitude])}
    >
      {markers && (
        <>
          <Marker latitude={60.1705} longitude={24.9414} title="Station" glyphText="S" onSelect={() => log.push("select")} onDeselect={() => log.push("deselect")} />
          <Marker latitude={60.169} longitude={24.95} title="Called" calloutElement={<Callout />} color="green" draggable onDragEnd={() => log.push("drag-end")} />
          <Annotation latitude={60.1685} longitude={24.939} title="Own element">
            <div className="own" style={{ background: "gold", padding: 4 }}>Own</div>
          </Annotation>
        </>
      )}
      <Polyline points={[at(60.168, 24.936), at(60.1685, 24.945), at(60.172, 24.95)]} strokeColor="teal" lineWidth={5} />
      <Polygon points={[[at(60.173, 24.936), at(60.173, 24.941), at(60.171, 24.941)]]} fillColor="purple" fillOpacity={0.3} onSelect={() => log.push("polygon")} />
    </Map>
  );
}

createRoot(document.getElementById("root")).render(<App />);
