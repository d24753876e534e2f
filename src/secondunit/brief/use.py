"""What a brief may say about its use: where it will be seen, who is changed, what made it. Nothing is assumed.

The sections ``[use]``, ``[[use.people]]`` and ``[[use.tools]]``. A field that is not given is unknown to the policy,
and a rule that asks for it stops the work until somebody answers. The same fields, without people and tools, are the
production's defaults in ``production.toml``.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MOST_PEOPLE, MOST_TOOLS = 64, 32

Answer = Literal["yes", "no", "unsure"]
TERRITORY = re.compile(r"world|[A-Z]{2}(-[A-Z0-9]{1,3})?")
Territory = Annotated[str, Field(pattern=f"^({TERRITORY.pattern})$")]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Medium = Literal[
    "cinema", "television", "streaming", "home_video", "advertising", "social", "game", "audio", "internal"
]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a day, as 2026-03-01")
    return text


Day = Annotated[str, BeforeValidator(_text), AfterValidator(_day)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        """A list of TOML or JSON is a tuple here; nothing else is taken for what it is not."""
        if not isinstance(value, dict):
            return value
        return {key: tuple(one) if isinstance(one, list) else one for key, one in value.items()}

    def facts(self) -> dict[str, Any]:
        """Only what was said, by field name."""
        return {name: value for name, value in self if value is not None and name not in ("people", "tools")}


class UsedTool(_Said):
    """One tool, model or vendor of the work; each must pass every rule by itself."""

    name: str | None = Field(None, description="The tool and its version.", min_length=1, max_length=200)
    keeps_or_trains: Answer | None = Field(
        None, description="Whether it keeps, reuses or trains on what goes in or comes out, as its terms say."
    )
    enterprise_secured: bool | None = Field(
        None, description="It runs in an environment secured under an enterprise agreement."
    )
    inputs_approved: bool | None = Field(
        None, description="The owner approved in writing that these inputs go into it."
    )


class ChangedPerson(_Said):
    """One performer whose likeness is changed."""

    person: str = Field(description="The person's id.", pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")
    change: Word = Field(description="The kind of change, as a consent names it: age, face, body, wardrobe, voice.")
    years: float | None = Field(
        None,
        ge=-120,
        le=120,
        description="How much older, signed: -30 is thirty years younger.",
        json_schema_extra={"unit": "years"},
    )
    amount: float | None = Field(
        None, ge=0, le=1e6, description="How much of any other change, in the effect's own measure."
    )
    character: str = Field("", description="Whom the person plays.", max_length=200)
    intimate: Literal["none", "nudity", "simulated_sex", "both"] | None = Field(
        None, description="Intimate content: none, nudity (also partial), simulated sexual acts, or both."
    )
    violence: bool | None = Field(None, description="The person is shown as victim or author of violence.")
    apparent_age: int | None = Field(
        None,
        ge=0,
        le=130,
        description="How old the person looks after the change.",
        json_schema_extra={"unit": "years"},
    )
    replica: Literal["none", "employment", "independent", "background"] | None = Field(
        None,
        description="Which digital replica: made in employment on this picture, independently of it, or of a "
        "background actor; none for a change of what was recorded.",
    )
    made_from: Literal["none", "scan", "footage", "archive", "licensed"] | None = Field(
        None, description="What the replica was built from."
    )
    same_picture: bool | None = Field(
        None, description="The replica is used in the picture and medium it was made for."
    )
    as_scripted: bool | None = Field(
        None, description="The result is substantially as scripted, performed and recorded."
    )
    script_revision_on: Day | None = Field(None, description="Day of the script revision that describes the result.")
    performed_on: Day | None = Field(None, description="Day the performance was recorded.")
    unsafe_for_human: bool | None = Field(None, description="It shows action that nobody could safely perform.")
    unrecognisable: bool | None = Field(None, description="The performer cannot be recognised in the result.")
    customary_post: bool | None = Field(
        None,
        description="Customary post work: cosmetics, wardrobe, noise, timing, continuity, pitch, clarity and the like.",
    )
    changes_performance: bool | None = Field(
        None, description="It shifts emotion, delivery or intent, or puts unscripted words into the mouth."
    )
    exception: Literal["none", "news", "criticism", "satire", "documentary", "biographical", "incidental"] | None = (
        Field(None, description="The legal exception that is claimed instead of consent.")
    )
    principal_role: bool | None = Field(None, description="A background actor's replica plays a principal part.")
    fills_background_count: bool | None = Field(
        None, description="The replica counts towards the background actors that must be hired."
    )
    dubs_language: bool | None = Field(None, description="The replica renders the performer in a foreign language.")
    registry: Literal["allowed", "with_terms", "prohibited", "absent", "not_used"] | None = Field(
        None,
        description="What a consent registry says about this identity; looked up, with its time on record. Not used: "
        "nobody looked, as 'registries_used = false' says of all people at once.",
    )


class DeclaredUse(_Said):
    """Where and how the pictures will be used, and what went into them."""

    territories: tuple[Territory, ...] | None = Field(
        None,
        description="Where it will be shown: world, EU, a country (DE) or a state (US-CA).",
        min_length=1,
        max_length=300,
    )
    media: tuple[Medium, ...] | None = Field(
        None, description="In which media it will be shown.", min_length=1, max_length=20
    )
    languages: tuple[Language, ...] | None = Field(
        None, description="In which languages changed performances are heard; an empty list: in none.", max_length=100
    )
    work: Literal["film", "series", "documentary", "animation", "news", "commercial", "game"] | None = Field(
        None, description="What kind of work it is for."
    )
    marketing: bool | None = Field(None, description="It is for advertising, of the production or of anything else.")
    political: bool | None = Field(None, description="It carries a political message.")
    brands: bool | None = Field(None, description="It endorses a brand or product.")
    pitch: bool | None = Field(None, description="It is for a pitch or concept, not for this production.")
    photography_starts: Day | None = Field(None, description="Day principal photography starts or started.")
    generative: bool | None = Field(None, description="Generative AI makes or changes picture, sound or text of it.")
    alters_people: bool | None = Field(
        None, description="The effect changes how people look; the effect says it, and no brief can say otherwise."
    )
    style_wording: bool | None = Field(
        None, description="Its words ask for somebody's style or likeness; found in the words, whatever is said here."
    )
    original: Answer | None = Field(
        None, description="The result copies no identifiable trait of material the production does not own."
    )
    replaces_union_work: Answer | None = Field(
        None,
        description="It replaces or displaces performances or work of cast, writers or crew under union agreements.",
    )
    references: (
        tuple[
            Literal[
                "protected_work", "public_figure", "deceased", "artist_style", "performer_name", "performer_feature"
            ],
            ...,
        ]
        | None
    ) = Field(None, description="What prompts, references or file names point at; an empty list says: none of it.")
    references_permitted: bool | None = Field(None, description="Every holder permitted these references in writing.")
    central: bool | None = Field(
        None, description="It makes a main character, a key visual or a setting central to the story."
    )
    on_screen: Literal["none", "incidental", "story"] | None = Field(
        None, description="How generated things are seen: not at all, in passing, or carrying the story."
    )
    human_rework: bool | None = Field(
        None, description="People put meaningful work into the final, and that is logged."
    )
    could_pass_as_real: bool | None = Field(
        None, description="It could pass as a real event, person or statement that never happened."
    )
    inputs: (
        tuple[
            Literal["own", "licensed", "studio_owned", "unreleased", "script", "personal_data", "likeness", "contract"],
            ...,
        ]
        | None
    ) = Field(None, description="What goes into the tools, by class; an empty list says: nothing.")
    training_material: Literal["none", "owned", "licensed", "unowned"] | None = Field(
        None, description="What a model is trained or tuned on for this work."
    )
    enhancement_model: Literal["none", "agreed", "outside"] | None = Field(
        None, description="A model of a performer: none, inside production and scope agreed, or outside (also a pitch)."
    )
    all_parties_consented: bool | None = Field(
        None, description="Every party consented to use outside the agreed scope."
    )
    quality_tested: bool | None = Field(None, description="An early quality test of the enhancement was looked at.")
    dignity_checked: bool | None = Field(
        None, description="Somebody checked that the result harms no performer's reputation or dignity."
    )
    synthetic_performer: bool | None = Field(
        None, description="It shows a made-up human who is recognisable as nobody and played by nobody."
    )
    human_role: bool | None = Field(None, description="The made-up performer plays a human part.")
    synthetic_voice: bool | None = Field(None, description="It uses a made-up voice.")
    bargaining_closed: bool | None = Field(None, description="Bargaining with the union ended, or its time ran out.")
    public_training_licence: bool | None = Field(
        None, description="Footage or sound is licensed for pay to train a public commercial AI system."
    )
    registries_used: bool | None = Field(
        None, description="Consent registries are looked up for the people of this production; false: none is."
    )
    access_by_need: bool | None = Field(None, description="Only people with a business need reach likeness data.")
    liability_retained: bool | None = Field(None, description="The producer stays liable after handing a replica on.")
    biometrics_beyond: bool | None = Field(
        None, description="Fingerprint, palm or iris data is used beyond the picture and set security."
    )
    text_to_writer: bool | None = Field(None, description="Text made by AI is handed to a writer.")
    pack_of_work: bool | None = Field(
        None, description="A rule pack for this kind of work (commercial, game, animation) is in force here."
    )
    discloses_synthetic: bool | None = Field(
        None, description="The advertisement plainly discloses the made-up performer."
    )
    promotes_expressive_work: bool | None = Field(
        None, description="The advertisement promotes an expressive work and uses the performer as the work does."
    )
    closed_loop: bool | None = Field(None, description="An intermediate that stays inside the production.")
    resembles_existing: bool | None = Field(
        None, description="It resembles people, objects, places or events that exist or plausibly could."
    )
    appears_authentic: bool | None = Field(None, description="A viewer would falsely take it for authentic.")
    evidently_fictional: bool | None = Field(None, description="It is evidently part of a creative or fictional work.")
    discloses_existence: bool | None = Field(
        None, description="The work says that such content exists, e.g. in credits."
    )
    labels_at_first_sight: bool | None = Field(
        None, description="A label that everybody can perceive stands at first exposure."
    )
    signed_metadata: bool | None = Field(None, description="The final carries signed, time-stamped metadata.")
    watermark_kept: bool | None = Field(None, description="The marks the generator put in are still there.")
    ingested_manifest: Literal["none", "kept", "made", "missing"] | None = Field(
        None,
        description="Manifests of generated assets that came in: kept, made here with the true source, or missing.",
    )
    actions_complete: bool | None = Field(
        None, description="The manifest opens or creates once, lists all actions and says so, with source types."
    )
    source_type_true: bool | None = Field(None, description="The manifest's source type names AI where AI pixels are.")
    format: Literal["still", "movie", "exr", "dpx", "mxf", "usd"] | None = Field(None, description="What is delivered.")
    sidecar: bool | None = Field(None, description="A signed sidecar with the files' hashes lies beside them.")
    mining_refused: bool | None = Field(None, description="The manifest refuses training and mining.")
    mining_licensed: bool | None = Field(None, description="A licence allows training and mining.")
    manifest_personal: bool | None = Field(None, description="The manifest holds personal data or a consent's text.")
    certificate_trusted: bool | None = Field(None, description="The signing certificate is on a public trust list.")
    people: tuple[ChangedPerson, ...] = Field((), description="Whose likeness is changed.", max_length=MOST_PEOPLE)
    tools: tuple[UsedTool, ...] = Field((), description="The tools of the work.", max_length=MOST_TOOLS)
