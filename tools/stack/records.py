"""What is remembered about each server: its ports for good, its process until the stack is taken down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tools.stack import ports
from tools.stack.folders import alone, read_json, write_json
from tools.stack.processes import Process, process_of


@dataclass(frozen=True, slots=True)
class Record:
    """One server's memory. `wanted` says that it was started and not taken down since."""

    ports: Mapping[str, int]
    process: Process | None = None
    wanted: bool = False


class Records:
    """The records of all servers in one folder, safe to use from several processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> Record:
        kept = read_json(self._path(name))
        numbers = {str(port): int(number) for port, number in kept.get("ports", {}).items()}
        return Record(numbers, process_of(kept.get("process") or {}), bool(kept.get("wanted")))

    def write(self, name: str, record: Record) -> None:
        process = record.process.as_json() if record.process else None
        kept = {"ports": dict(record.ports), "process": process, "wanted": record.wanted}
        write_json(self._path(name), kept)

    def reserve(self, name: str, usual: Mapping[str, int], others: Iterable[str]) -> Record:
        """Choose ports that no other server of the stack has, remember them and return the record."""
        with alone(self._folder / ".ports.lock"):
            promised = {port for other in others for port in self.read(other).ports.values()}
            record = self.read(name)
            chosen = ports.choose(usual, record.ports, promised)
            if chosen != record.ports:
                record = replace(record, ports=chosen)
                self.write(name, record)
            return record

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
