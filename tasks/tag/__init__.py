"""The tag step: entity mentions, quote contents, cues and sources, and what belongs together."""

from tasks.tag.model import DamagedModel
from tasks.tag.tagger import Tagger, load_tagger

__all__ = ["DamagedModel", "Tagger", "load_tagger"]
