"""Image caches that ECI makes by itself for instances that ask to have one matched."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sandbox.cloud.eci.kinds import IMAGE_CACHE
from sandbox.cloud.service import Service


class ImageCaches(Service):
    """Automatic image caches: the first instance pulls, and later ones have nothing to pull."""

    service = "eci"

    def matched_image_cache(self, images: Sequence[str], making: float) -> str:
        """Id of the cache that holds the images; empty when none is ready.

        When there is none, one is made, which is ready after so many seconds.
        """
        key = hashlib.sha256("\n".join(images).encode()).hexdigest()
        cache = self.get(IMAGE_CACHE, key)
        if cache is None:
            cache = {"ImageCacheId": self.new_id("imc"), "Images": list(images)}
            cache["Status"] = "Creating"
            self.add(IMAGE_CACHE, key, self.later(cache, making, Status="Ready"))
        return str(cache["ImageCacheId"]) if cache["Status"] == "Ready" else ""
