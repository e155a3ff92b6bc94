"""The certificate of an erasure: what was removed and what was looked through, sealed by the installation.

The digest is the SHA-256 of the certificate without digest and seal, so that anybody can compute it; the seal
is an HMAC with a key that is not in the database. The digest also stands in the audit trail.
"""

import hashlib
import json
from collections.abc import Mapping

from analytics.models import Erasure
from analytics.traces import KEPT
from config.kernel.seals import is_seal, seal_of
from config.kernel.types import JSONObject

_SALT = "analytics.erasure"


def certificate_of(row: Erasure, *, scan: Mapping[str, int]) -> JSONObject:
    """Return the certificate of an erasure that has come to its end."""
    said: JSONObject = {
        "organization_id": str(row.organization_id),
        "person_id": str(row.person_id),
        "erasure_id": str(row.pk),
        "asked_by": str(row.asked_by_id) if row.asked_by_id else None,
        "reason": row.reason,
        "asked_at": row.created_at.isoformat(),
        "completed_at": row.completed_at.isoformat() if row.completed_at else None,
        "removed": {**row.removed},
        "left": {**scan},
        "kept_by_id_alone": [*KEPT],
    }
    digest = _digest(said)
    return {**said, "digest": digest, "seal": seal_of(digest, salt=_SALT)}


def is_genuine(certificate: JSONObject) -> bool:
    """Tell whether this installation wrote the certificate and nobody has changed it since."""
    said = {name: value for name, value in certificate.items() if name not in {"digest", "seal"}}
    digest, seal = str(certificate.get("digest")), str(certificate.get("seal"))
    return digest == _digest(said) and is_seal(seal, digest, salt=_SALT)


def _digest(said: JSONObject) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
