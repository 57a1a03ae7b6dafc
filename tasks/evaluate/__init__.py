"""Evaluate: how much of what people marked in a story was found, how much of what was found is right, and what went wrong."""

from tasks.evaluate.annotated import AnnotatedEntity, AnnotatedQuote, AnnotatedStory, AnnotationError, read_annotations
from tasks.evaluate.cases import Case
from tasks.evaluate.evaluation import Evaluation, check_ids, evaluate
from tasks.evaluate.labels import LabelScheme, parse_scheme, presets

__all__ = [
    "AnnotatedEntity",
    "AnnotatedQuote",
    "AnnotatedStory",
    "AnnotationError",
    "Case",
    "Evaluation",
    "LabelScheme",
    "check_ids",
    "evaluate",
    "parse_scheme",
    "presets",
    "read_annotations",
]
