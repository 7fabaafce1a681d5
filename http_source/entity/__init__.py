"""One entity at work."""

from http_source.entity.doubts import Doubted
from http_source.entity.entity import Entity
from http_source.entity.marks import Held, Mark, Traffic
from http_source.entity.transitions import Phase, Rules, Step

__all__ = ["Doubted", "Entity", "Held", "Mark", "Phase", "Rules", "Step", "Traffic"]
