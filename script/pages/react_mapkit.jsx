// react-mapkit as its README shows; it asks Apple's host, which the test answers with ours.
import React from "react";
import { createRoot } from "react-dom/client";
import { Map, MapkitProvider, Marker, useMap } from "react-mapkit";

function Turnable() {
  const { map, mapProps, setRotation } = useMap({ center: [60.1699, 24.9444] });
  Object.assign(window, { map, setRotation });
  return (
    <div id="turnable" style={{ height: 240 }}>
      <Map {...mapProps}>
        <Marker latitude={60.1705} longitude={24.9414} title="Station" />
      </Map>
    </div>
  );
}

createRoot(document.getElementById("root")).render(
  <MapkitProvider tokenOrCallback={window.TOKEN} language="de">
    <Turnable />
    <div id="simple" style={{ height: 240 }}>
      <Map center={[60.1699, 24.9444]} showsCompass="hidden">
        <Marker latitude={60.169} longitude={24.95} />
      </Map>
    </div>
  </MapkitProvider>,
);
