"""Which branch of a choice was meant, where its tag is missing or wrong.

pydantic looks into a branch only when the tag names it. Here the tag is guessed from the keys, so
that the other mistakes of that part are reported in the same message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ackb.domain.problems import MISSING, Problem, nearest
from blueprints.settings.base import Settings
from blueprints.settings.codes import Code
from blueprints.settings.drafts import Path
from blueprints.settings.shape import TAG, branches, entry_of, model_of, usual_tag
from blueprints.settings.structure import path_text


def completed(annotation: Any, data: Any, at: Path = ()) -> tuple[Any, list[tuple[Path, Problem]]]:
    """Return `data` with every tag in place that could be guessed, and a problem for each.

    Args:
        annotation: what describes `data`; a model at the top.
        data: what was read; it is not changed.
        at: path of `data`.
    """
    problems: list[tuple[Path, Problem]] = []
    if isinstance(data, dict):
        choice = branches(annotation)
        usual = usual_tag(choice)
        if usual and TAG not in data and _guess(choice, data) in (usual, None):
            data = {**data, TAG: usual}
        elif choice and str(data.get(TAG)) not in choice:
            tag = _guess(choice, data)
            problem = _problem(choice, data, tag, (*at, TAG))
            # Without a guess nothing more can be said about this part: all of it is refused.
            problems.append(((*at, TAG) if tag else at, problem))
            data = {**data, TAG: tag} if tag else data
        model = model_of(annotation, data)
        if model is not None:
            data = dict(data)
            for name, field in model.model_fields.items():
                if name in data:
                    data[name], found = completed(field.annotation, data[name], (*at, name))
                    problems += found
        elif entry_of(annotation) is not None:
            data = dict(data)
            for name, one in data.items():
                data[name], found = completed(entry_of(annotation), one, (*at, name))
                problems += found
    elif isinstance(data, list) and entry_of(annotation) is not None:
        parts = [
            completed(entry_of(annotation), one, (*at, index)) for index, one in enumerate(data)
        ]
        data = [part for part, _ in parts]
        problems += [problem for _, found in parts for problem in found]
    return data, problems


def _guess(choice: Mapping[str, type[Settings]], data: Mapping[str, Any]) -> str | None:
    """Return the tag that the written one is near to, or whose keys are there."""
    near = nearest(str(data[TAG]), choice) if TAG in data else None
    if near:
        return near
    score = {
        tag: len(_own_keys(choice, tag) & _meant(model, data)) for tag, model in choice.items()
    }
    best = max(score, key=lambda tag: score[tag])
    clear = score[best] > 0 and list(score.values()).count(score[best]) == 1
    return best if clear else None


def _meant(model: type[Settings], data: Mapping[str, Any]) -> set[str]:
    return {nearest(key, model.model_fields) or key for key in data}


def _own_keys(choice: Mapping[str, type[Settings]], tag: str) -> set[str]:
    others = {key for one, model in choice.items() if one != tag for key in model.model_fields}
    return set(choice[tag].model_fields) - others


def _problem(
    choice: Mapping[str, type[Settings]], data: Mapping[str, Any], tag: str | None, at: Path
) -> Problem:
    keys = [key for key in data if key != TAG and tag and key in choice[tag].model_fields]
    belongs = f", which {', '.join(keys)} belong{'' if keys[1:] else 's'} to" if keys else ""
    return Problem(
        Code.MISSING if TAG not in data else Code.NOT_A_CHOICE,
        path_text(at),
        data.get(TAG, MISSING),
        f"must be one of {', '.join(choice)}",
        f"write {TAG}: {tag}{belongs}" if tag else f"write {TAG}: and one of them",
    )
