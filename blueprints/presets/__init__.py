"""Presets: settings to begin a stack with, as data, and the stack file they become."""

from __future__ import annotations

from blueprints.presets.composing import Composed, compose
from blueprints.presets.reading import Preset, Presets, presets_of
from blueprints.presets.writing import stack_file

__all__ = ["Composed", "Preset", "Presets", "compose", "presets_of", "stack_file"]
