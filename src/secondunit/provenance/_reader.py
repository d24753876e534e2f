"""Reads credentials in a process of its own, so that a file made to crash or hang a reader takes only this one down.

Run as a script with a request on stdin; one line of JSON a file on stdout. Imports nothing but the C2PA library.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

MEMORY_BYTES = 4 << 30  # more than any honest file needs; a damaged size field asks for more


def main() -> None:
    """Answer the request on stdin."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    request = json.load(sys.stdin)
    for number, file in enumerate(request["files"]):
        sys.stdout.write(json.dumps({"number": number, **_read(file, request["roots"])}) + "\n")
        sys.stdout.flush()


def _read(file: dict[str, Any], roots: str) -> dict[str, Any]:
    import c2pa

    settings: dict[str, Any] = {
        "core": {"allowed_network_hosts": []},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    }
    if roots:
        settings["trust"] = {"trust_anchors": roots}
    try:
        manifest = None
        if file["manifest"]:
            with open(file["manifest"], "rb") as sidecar:
                manifest = sidecar.read()
        with c2pa.Context.from_dict(settings) as context, open(file["path"], "rb") as stream:
            reader = c2pa.Reader(file["kind"], stream, manifest_data=manifest, context=context)
            store = json.loads(reader.json())
            return {"store": store, "state": reader.get_validation_state() or "Invalid"}
    except c2pa.C2paError.ManifestNotFound:
        return {"none": True}
    except (c2pa.C2paError, OSError, ValueError, MemoryError) as error:
        return {"error": f"{error}"[:500] or type(error).__name__}


if __name__ == "__main__":
    main()
