"""The transporter with worker processes on this machine, on the networks of one folder."""

from functools import lru_cache
from pathlib import Path

from trigpoint.engines.valhalla.generations import Network, find_current, read_network
from trigpoint.engines.valhalla.pool import NO_NETWORK, EnginePool, Limits
from trigpoint.maps.engines import DataSource, EngineStatus


class ProcessTransporter(EnginePool):
    """A pool of engine processes, with the status of their network. Implements `engine.Transporter`."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        super().__init__(folder, limits)
        self._read = lru_cache(maxsize=2)(read_network)

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        network = self._network()
        if network is None:
            return EngineStatus(engine="Valhalla", ready=False, detail=NO_NETWORK, counts={})
        sources = tuple(
            DataSource(
                name=name, attribution="© OpenStreetMap contributors", licence="ODbL 1.0", as_of=network.data_time
            )
            for name in network.sources
        )
        detail = f"{network.engine} on {', '.join(network.sources)}, built {network.built_at}."
        counts = {"tiles": network.tiles, "processes": self.limits.processes}
        return EngineStatus(engine="Valhalla", ready=True, detail=detail, sources=sources, counts=counts)

    def has_timetable(self) -> bool:
        """Tell whether the network has a timetable; True without a network, as a query then raises the right error."""
        network = self._network()
        return network is None or bool(network.timetables)

    def _network(self) -> Network | None:
        current = find_current(self.folder)
        try:
            return self._read(current) if current is not None else None
        except (OSError, ValueError):
            return None
