"""What the add-on ack-koordinator brings to a cluster."""

from __future__ import annotations

from sandbox.controllers.extensions.extension import Extension
from sandbox.controllers.koordinator.controller import BatchResources

EXTENSION = Extension(name="ack-koordinator", controllers=lambda context: [BatchResources(context)])
