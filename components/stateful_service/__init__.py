"""One server with a disk of its own, such as a database."""

from components.stateful_service.args import Disk, StatefulServiceArgs
from components.stateful_service.component import StatefulService

__all__ = ["Disk", "StatefulService", "StatefulServiceArgs"]
