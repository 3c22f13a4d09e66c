"""Makes objects on the server and brings them up to date."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from .annotations import CREATING_MANAGER, PATCH_FORCE, is_set
from .cluster import Cluster
from .diffing import parsed_path
from .discovery import NotServed
from .kinds import Object, identifier, kind_of_object
from .ownership import has_owner, is_taken_over, owns, taken_over
from .rest import ApiError

# Objects of one update arrive in no order of their own: a namespace or a CRD may be on its way.
# Pauses between tries, in seconds; seven in all, about as long as the official plugin is patient.
# Source: pulumi-kubernetes provider/pkg/await/await.go, Creation.
_PATIENCE = tuple(0.1 * 1.5**n for n in range(9))
_CHANGED_MEANWHILE_TRIES = 5
_FORBIDDEN = 403


class Refused(Exception):
    """The server did not do it; the message is for the user of the stack."""

    def __init__(self, message: str, *, is_expected_in_trial: bool = False) -> None:
        """With `is_expected_in_trial`, the real write may well succeed."""
        super().__init__(message)
        self.is_expected_in_trial = is_expected_in_trial


class NotYetPossible(Exception):
    """A trial run cannot tell: the namespace or the kind is part of the same update."""


class Writer:
    """Creates and updates objects of one cluster, for real or as a trial (`dry_run`)."""

    def __init__(
        self, cluster: Cluster, *, upsert: bool, force: bool, partly: bool = False
    ) -> None:
        """Take over existing objects with `upsert`, and other managers' fields with `force`.

        With `partly`, only the declared fields are the program's: all others keep their owners.
        """
        self._cluster = cluster
        self._upsert = upsert
        self._force = force
        self._partly = partly

    def create(self, obj: Object, *, manager: str, dry_run: bool) -> Object:
        """Make an object and return it.

        Raises:
            Refused: it exists, it is invalid, or its namespace or kind does not come up.
            NotYetPossible: a trial that depends on something not made yet.
        """
        pauses = iter(() if dry_run else _PATIENCE)
        while True:
            try:
                return self._create(self._scoped(obj), manager, dry_run)
            except (NotServed, ApiError) as error:
                if not _may_come(error):
                    raise _refused("was not created", obj, error) from error
                pause = next(pauses, None)
                if pause is not None:
                    time.sleep(pause)
                elif dry_run:
                    raise NotYetPossible from error
                else:
                    raise _refused("was not created", obj, error) from error

    def update(self, obj: Object, *, manager: str, ignored: list[str], dry_run: bool) -> Object:
        """Bring an object up to date and return it.

        Args:
            obj: what it shall be.
            manager: owner of the fields in `obj`.
            ignored: paths of fields that stay as they are.
            dry_run: change nothing, return what would be.

        Raises:
            Refused: it is gone, invalid, or another manager owns some of the fields.
            NotYetPossible: a trial that depends on something not made yet.
        """
        try:
            obj = self._scoped(obj)
            metadata = obj["metadata"]
            kind, namespace = kind_of_object(obj), metadata.get("namespace", "")
            for _ in range(_CHANGED_MEANWHILE_TRIES):
                live = self._cluster.read(kind, namespace, metadata["name"])
                if live is None:
                    raise Refused(_gone(obj))
                try:
                    return self._update(
                        _keeping(obj, live, ignored, manager), live, manager, dry_run
                    )
                except ApiError as error:
                    if not _changed_meanwhile(error):
                        raise
            raise Refused(f"{_shown(obj)} was not updated: it keeps changing, try again")
        except NotServed as error:
            if dry_run:
                raise NotYetPossible from error
            raise _refused("was not updated", obj, error) from error
        except ApiError as error:
            raise _refused("was not updated", obj, error) from error

    def _create(self, obj: Object, manager: str, dry_run: bool) -> Object:
        if self._upsert:
            force = dry_run or self._forces(obj)
            return self._cluster.apply(obj, manager=manager, force=force, dry_run=dry_run)
        return self._cluster.create(obj, manager=CREATING_MANAGER, dry_run=dry_run)

    def _update(self, obj: Object, live: Object, manager: str, dry_run: bool) -> Object:
        if self._partly:
            force = self._forces(obj)
            return self._cluster.apply(obj, manager=manager, force=force, dry_run=dry_run)
        if obj["kind"] == "CustomResourceDefinition":
            # Put in place as a whole: an apply would leave behind versions that were dropped.
            metadata = obj["metadata"] | {"resourceVersion": live["metadata"]["resourceVersion"]}
            replacing = obj | {"metadata": metadata}
            return self._cluster.replace(replacing, manager=manager, dry_run=dry_run)
        force = self._forces(obj)
        if is_taken_over(live):
            if dry_run:
                force = True
            else:
                self._cluster.patch(live, taken_over(live, manager))
        return self._cluster.apply(obj, manager=manager, force=force, dry_run=dry_run)

    def _scoped(self, obj: Object) -> Object:
        # A kind that was unknown at check time got a namespace on suspicion.
        metadata = obj["metadata"]
        if "namespace" in metadata and not self._cluster.is_namespaced(kind_of_object(obj)):
            return obj | {"metadata": {k: v for k, v in metadata.items() if k != "namespace"}}
        return obj

    def _forces(self, obj: Object) -> bool:
        return self._force or is_set(obj, PATCH_FORCE)


def _keeping(obj: Object, live: Object, ignored: list[str], manager: str) -> Object:
    """Leave ignored fields as they are: to their owner, or with their present value."""
    for one in ignored:
        path = parsed_path(one)
        if has_owner(live, path) and not owns(live, manager, path):
            obj = _with(obj, path, None)
        elif (present := _at(live, path)) is not None:
            obj = _with(obj, path, present)
    return obj


def _at(obj: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        if not isinstance(obj, Mapping) or part not in obj:
            return None
        obj = obj[part]
    return obj


def _with(obj: Object, path: tuple[str | int, ...], value: Any) -> Object:
    key, rest = str(path[0]), path[1:]
    if not rest:
        result = {k: v for k, v in obj.items() if k != key}
        return result if value is None else result | {key: value}
    inner = obj.get(key, {})
    if not isinstance(inner, Mapping):
        return obj
    return obj | {key: _with(dict(inner), rest, value)}


def _may_come(error: NotServed | ApiError) -> bool:
    # 404 on creation speaks of the namespace or of a CRD that is not served yet, not of the object.
    return isinstance(error, NotServed) or error.status == 404


def _changed_meanwhile(error: ApiError) -> bool:
    return error.status == 409 and not _conflicts(error)


def _conflicts(error: ApiError) -> list[Mapping[str, Any]]:
    return [one for one in error.causes if one.get("reason") == "FieldManagerConflict"]


def _refused(what: str, obj: Object, error: NotServed | ApiError) -> Refused:
    # An object that is replaced exists until the old one is deleted; and previews may be run by
    # people who may not write.
    expected = isinstance(error, ApiError) and (
        error.reason == "AlreadyExists" or error.status == _FORBIDDEN
    )
    return Refused(_explained(what, obj, error), is_expected_in_trial=expected)


def _explained(what: str, obj: Object, error: NotServed | ApiError) -> str:
    subject = f"{_shown(obj)} {what}"
    if isinstance(error, ApiError):
        if conflicts := _conflicts(error):
            fields = "; ".join(f"{one['field']} ({one['message']})" for one in conflicts)
            return (
                f"{subject}: other managers own some of its fields: {fields}. Leave these fields "
                f'out of the program, or take them over with the annotation {PATCH_FORCE}: "true"'
            )
        if error.reason == "AlreadyExists":
            return (
                f"{subject}: it exists already, made by something other than this stack. Import it "
                f"(pulumi import, id {identifier(obj)}), delete it, or let the provider take over "
                "what exists (provider input upsertExistingObjects)"
            )
    return f"{subject}: {error}"


def _gone(obj: Object) -> str:
    return (
        f"{_shown(obj)} was not updated: it is gone from the cluster. Refresh the stack "
        "(pulumi refresh) so that the next update makes it anew"
    )


def _shown(obj: Object) -> str:
    return f"{obj['kind']} {identifier(obj)}"
