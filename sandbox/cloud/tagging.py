"""TagResources and UntagResources, which most products have in the same form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from sandbox.cloud.errors import ErrorSpec
from sandbox.cloud.service import Response, Service, verb

MAX_TAGS = 20
"""Tags a resource may carry (reference page of TagResources of each product, read 2026-11-22)."""

# Reference page of VPC TagResources, error table, read 2026-11-22.
TOO_MANY_TAGS = ErrorSpec("NumberExceed.Tags", "The maximum number of tags is exceeded.")
UNKNOWN_RESOURCE_TYPE = ErrorSpec(
    "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records.", 404
)
UNKNOWN_RESOURCE = ErrorSpec(
    "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records.", 404
)


class Tagging(Service):
    """A service whose objects carry tags."""

    taggable: ClassVar[Mapping[str, str]]
    """ResourceType of the product's TagResources -> kind in the store."""

    @verb()
    def tag_resources(
        self,
        *,
        resource_type: str,
        resource_ids: Sequence[str],
        tags: dict[str, str],
        region_id: str | None = None,
    ) -> Response:
        """TagResources: adds tags, replaces the values of those that are there."""
        for id in resource_ids:
            self._set_tags(resource_type, id, lambda old: {**old, **tags})
        return {}

    @verb()
    def untag_resources(
        self,
        *,
        resource_type: str,
        resource_ids: Sequence[str],
        tag_keys: Sequence[str],
        region_id: str | None = None,
    ) -> Response:
        """UntagResources (UnTagResources in VPC): removes tags by key."""
        for id in resource_ids:
            self._set_tags(
                resource_type, id, lambda old: {k: v for k, v in old.items() if k not in tag_keys}
            )
        return {}

    def _set_tags(
        self, resource_type: str, id: str, change: Callable[[dict[str, str]], dict[str, str]]
    ) -> None:
        kind = self.taggable.get(resource_type)
        if kind is None:
            raise UNKNOWN_RESOURCE_TYPE()
        data = self.get(kind, id)
        if data is None:
            raise UNKNOWN_RESOURCE()
        data["tags"] = change(data.get("tags", {}))
        if len(data["tags"]) > MAX_TAGS:
            raise TOO_MANY_TAGS()
        self.save(kind, id, data)
