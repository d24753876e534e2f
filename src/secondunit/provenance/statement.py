"""What a file's credentials will say, and the C2PA manifest that says it.

Only digests, opaque ids and our own sentences go in: no name of a person, no file name that came from outside, no text
of a brief. Sources: C2PA 2.2 (actions 18.14, ingredients 18.15), CAWG training and data mining 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import secondunit
from secondunit.provenance.actions import Action, ModelCard, Source

SPEC_VERSION = "2.2"  # of C2PA: what the manifest follows
RECORD = "org.secondunit.take"  # label of our own assertion
_GENERATOR = {"name": "Second Unit", "version": secondunit.__version__, "specVersion": SPEC_VERSION}
NO_TRAINING = (  # CAWG 1.1, section 4
    "cawg.ai_generative_training",
    "cawg.ai_inference",
    "cawg.ai_training",
    "cawg.data_mining",
)


@dataclass(frozen=True)
class PlateIngredient:
    """The plate a picture stands on.

    Attributes:
        digest: SHA-256 of its pixels and everything beside them.
        original: the one file it came as, whose own credentials are kept; None if it came as several.
    """

    digest: str
    original: Path | None = None


@dataclass(frozen=True)
class Finish:
    """What was done to bring a take into the form of this file.

    Attributes:
        kind: the C2PA action.
        what: a sentence for people.
        source: where its pixels come from; None where nothing can be seen of it.
    """

    kind: Literal["c2pa.transcoded", "c2pa.converted", "c2pa.edited", "c2pa.drawing"]
    what: str
    source: Source | None = None


@dataclass(frozen=True)
class Statement:
    """What is said of one file.

    Attributes:
        title: of the file, for people.
        plate: what it stands on; None of pictures that were made from nothing.
        actions: what the effect did to the plate, in order.
        elements: stage name to the digest of its result, for actions that place one.
        brief: digest of the brief's meaning.
        finish: what was done last.
        record: our own assertion: digests and ids, plain JSON values.
        complete: whether ``actions`` are all that was done; not so where something was made elsewhere by hand.
    """

    title: str
    plate: PlateIngredient | None
    actions: tuple[Action, ...]
    elements: Mapping[str, str]
    brief: str
    finish: tuple[Finish, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = True


def manifest_of(statement: Statement) -> dict[str, Any]:
    """The C2PA manifest definition, without the plate, which may bring credentials of its own (``plate_json``)."""
    models = {model.weights: model for action in statement.actions for model in action.models}
    placed = [action for action in statement.actions if action.kind == "placed"]
    ingredients = [_brief_json(statement.brief)]
    ingredients += [_element_json(action, statement.elements[action.element]) for action in placed]
    ingredients += [_model_json(model) for model in models.values()]
    actions = {"actions": _actions(statement), "allActionsIncluded": statement.complete}
    return {
        "claim_version": 2,
        "title": statement.title,
        "claim_generator_info": [_GENERATOR],
        "ingredients": ingredients,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": actions},
            {
                "label": "cawg.training-mining",
                "data": {"entries": {key: {"use": "notAllowed"} for key in NO_TRAINING}},
            },
            {"label": RECORD, "data": {"version": 1, **statement.record}},
        ],
    }


def plate_json(plate: PlateIngredient) -> dict[str, Any]:
    """The plate as the parent that was opened. Its file's name stays out: it may name people."""
    return {
        "label": "plate",
        "title": "plate",
        "relationship": "parentOf",
        "instance_id": f"sha256:{plate.digest}",
        "description": "The photographed plate; the digest is of its files as they came in.",
    }


def _actions(statement: Statement) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"action": "c2pa.opened", "parameters": {"ingredientIds": ["plate"]}}]
    if statement.plate is None:  # C2PA 2.2, 18.14.4: what is new is created, and says of what kind it is
        first = statement.actions[0]
        found = [{"action": "c2pa.created", "description": first.what, "digitalSourceType": first.source.value}]
    for action in statement.actions:
        inputs = ["brief", *(f"model-{model.weights[:12]}" for model in action.models)]
        agent: dict[str, Any] = {"name": "Second Unit", "version": secondunit.__version__}
        if action.models:
            agent = {"name": action.models[0].name, "version": action.models[0].version}
        found.append(
            {
                "action": f"c2pa.{action.kind}",
                "description": action.what,
                "digitalSourceType": action.source.value,
                "softwareAgent": agent,
                "parameters": {"ingredientIds": [_element_id(action)] if action.element else inputs},
            }
        )
    for finish in statement.finish:
        shown = {"digitalSourceType": finish.source.value} if finish.source else {}
        found.append({"action": finish.kind, "description": finish.what, **shown})
    return found


def _element_id(action: Action) -> str:
    return f"element-{action.element}"


def _element_json(action: Action, digest: str) -> dict[str, Any]:
    return {
        "label": _element_id(action),
        "title": action.element,
        "relationship": "componentOf",
        "instance_id": f"sha256:{digest}",
        "description": f"{action.what} The digest is of the stage's result.",
    }


def _brief_json(digest: str) -> dict[str, Any]:
    return {
        "label": "brief",
        "title": "brief",
        "relationship": "inputTo",
        "instance_id": f"sha256:{digest}",
        "description": "The director's brief: the digest of what it asks for; its text stays with the production.",
    }


def _model_json(model: ModelCard) -> dict[str, Any]:
    computed = f" Computed in {model.precision}." if model.precision else ""
    return {
        "label": f"model-{model.weights[:12]}",
        "title": f"{model.name} {model.version}",
        "relationship": "inputTo",
        "instance_id": f"sha256:{model.weights}",
        "data_types": [{"type": "c2pa.types.model"}],
        "description": f"Trained on: {model.trained_on} Digest of its card: {model.card}.{computed}",
    }
