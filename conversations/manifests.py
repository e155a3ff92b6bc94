"""The manifests of an organisation's archive: how many objects each day's folder has to hold, with hashes.

One is made of the database each day and kept beside the objects for a while, so that whoever has the archive
alone can tell whether it is whole, also where a later one was made of a database that had lost something. A
digest is the SHA-256 over the folder's ids with the hashes that a listing gives (`content_tag`), so nothing
is read where nothing differs. There is no word and no id of a person in it.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import now

from accounts.selectors import organizations
from config.kernel.objects import ObjectChangedError, ObjectStoreError, object_store
from config.kernel.seals import is_seal, seal_of
from conversations.archive_form import CARDS, DamagedObjectError
from conversations.archive_inventory import expected, inventory, read

logger = logging.getLogger(__name__)
FORM = 1
KEPT = 30  # manifests of an organisation
_SALT = "conversations.manifest"


@dataclass(frozen=True, slots=True)
class Folder:
    """How many objects a folder holds, and the digest over their ids and hashes."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive of an organisation has to hold, by folder: `yyyy/mm/dd` and `conversations`."""

    organization_id: UUID
    written_at: datetime
    folders: Mapping[str, Folder]
    is_ours: bool = True  # sealed with a key of this installation

    @property
    def turns(self) -> int:
        return sum(folder.count for name, folder in self.folders.items() if name != CARDS)

    @property
    def conversations(self) -> int:
        return self.folders[CARDS].count if CARDS in self.folders else 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A folder that holds something else than the manifest says."""

    folder: str
    expected: int
    found: int


def write_manifest(organization_id: UUID) -> Manifest:
    """Write what the archive has to hold now, in place of what was written today; raises ObjectStoreError."""
    manifest = Manifest(organization_id, now(), _folders(expected(organization_id)))
    store, name = object_store("archive"), f"{_folder(organization_id)}{now():%Y-%m-%d}.json"
    found = store.get(name)
    try:
        store.put(name, _sealed(manifest), replacing=found[1] if found else None)
    except ObjectChangedError:  # another process has written it just now
        logger.info("manifest was written elsewhere", extra={"organization_id": str(organization_id)})
    store.remove(_names(organization_id)[:-KEPT])
    return manifest


def write_due_manifests() -> int:
    """Write the manifests that were not written today; return how many. An archive that is away is not waited
    for.
    """
    written, today = 0, f"{now():%Y-%m-%d}"
    for organization in organizations():
        try:
            if not any(today in name for name in _names(organization.pk)[-1:]):
                write_manifest(organization.pk)
                written += 1
        except ObjectStoreError as away:
            logger.warning("manifest was not written", extra={"reason": away.details.get("reason", "")})
            return written
    return written


def read_manifest(organization_id: UUID) -> Manifest | None:
    """Return the latest manifest that lies in the archive, None without one.

    Raises ObjectStoreError, and DamagedObjectError for what is none of ours or was changed.
    """
    latest = _names(organization_id)[-1:]
    found = object_store("archive").get(latest[0]) if latest else None
    return None if found is None else _opened(found[0], organization_id)


def differences(manifest: Manifest) -> list[Difference]:
    """Compare the archive with its manifest, folder by folder; raises ObjectStoreError.

    Only what a listing tells otherwise is read. What was asked or deleted since the manifest was written
    differs, too.
    """
    hashes = inventory(manifest.organization_id)
    unlike = _unlike(manifest, _folders(hashes))
    doubtful = [item for item, value in hashes.items() if {*value.split()[::2]} & {*unlike}]
    found = _folders(hashes | read(manifest.organization_id, doubtful)) if doubtful else _folders(hashes)
    nothing = Folder(0, "")
    return [
        Difference(name, manifest.folders.get(name, nothing).count, found.get(name, nothing).count)
        for name in sorted(_unlike(manifest, found))
    ]


def _unlike(manifest: Manifest, found: Mapping[str, Folder]) -> set[str]:
    return {name for name in {*manifest.folders, *found} if manifest.folders.get(name) != found.get(name)}


def _folders(hashes: Mapping[UUID, str]) -> dict[str, Folder]:
    """Return the folders of what an inventory tells: for each item `place hash`, several where it lies in
    several.
    """
    lines: dict[str, list[str]] = {}
    for item, value in hashes.items():
        for place, tag in _pairs(value.split()):
            lines.setdefault(place, []).append(f"{item} {tag}")
    return {place: Folder(len(found), _digest(sorted(found))) for place, found in lines.items()}


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _names(organization_id: UUID) -> list[str]:
    """Return the names of the organisation's manifests, the oldest first."""
    return sorted(found.name for found in object_store("archive").listing(_folder(organization_id)))


def _folder(organization_id: UUID) -> str:
    return f"manifests/{organization_id}/"


def _sealed(manifest: Manifest) -> bytes:
    said = json.dumps(
        {
            "form": FORM,
            "organization_id": str(manifest.organization_id),
            "written_at": manifest.written_at.isoformat(),
            "folders": {
                name: {"count": folder.count, "digest": folder.digest}
                for name, folder in sorted(manifest.folders.items())
            },
        },
        sort_keys=True,
    )
    document = {
        "manifest": json.loads(said),
        "sha256": hashlib.sha256(said.encode()).hexdigest(),
        "seal": seal_of(said, salt=_SALT),
    }
    return json.dumps(document, sort_keys=True, indent=1).encode()


def _opened(content: bytes, organization_id: UUID) -> Manifest:
    try:
        found = json.loads(content)
        said = json.dumps(found["manifest"], sort_keys=True)
        is_whole = found["sha256"] == hashlib.sha256(said.encode()).hexdigest()
        values = found["manifest"]
        manifest = Manifest(
            organization_id=UUID(values["organization_id"]),
            written_at=datetime.fromisoformat(values["written_at"]),
            folders={name: Folder(**folder) for name, folder in values["folders"].items()},
            is_ours=is_seal(str(found["seal"]), said, salt=_SALT),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedObjectError("the manifest cannot be read") from error
    if not is_whole or values["form"] != FORM or manifest.organization_id != organization_id:
        raise DamagedObjectError("the manifest is not what was written")
    return manifest
