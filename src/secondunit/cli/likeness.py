"""``secondunit likeness``: reference faces of named people, kept sealed; who is in a shot; what people say to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from secondunit.cli.approve import ROLES
from secondunit.cli.progress import watching
from secondunit.cli.verb import EXIT_CODES, Answer, Verb
from secondunit.errors import BadPicture, Stopped

if TYPE_CHECKING:
    from secondunit.likeness.find import Box
    from secondunit.likeness.match import Matched
    from secondunit.plate.files import PlateFiles
    from secondunit.production import Production

SHOW = click.argument("show", type=click.Path(path_type=Path))
BY = click.option("--by", required=True, help="Who does it; it is recorded.")


@click.group("likeness", epilog=EXIT_CODES)
def command() -> None:
    """Find and match faces; keep and delete reference faces. Read docs/likeness.md before you put anybody in."""


@command.command("add", cls=Verb)
@SHOW
@click.argument("person")
@click.argument("pictures", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--until", "keep_until", required=True, metavar="DAY", help="Last day agreed, e.g. 2027-06-30.")
@click.option("--say", "said", multiple=True, metavar="FIELD=VALUE", help="An answer a rule asks for.")
@BY
def add(show: Path, person: str, pictures: tuple[Path, ...], keep_until: str, said: tuple[str, ...], by: str) -> Answer:
    """Keep the face in each of PICTURES as a reference of PERSON, an opaque id; sealed. The pictures are not kept.

    PERSON must stand in the register, with a consent that names a day of deletion. Exit code 4: not agreed.
    """
    from secondunit.likeness.recorded import open_store
    from secondunit.production import Production

    held = open_store(Production.open(show), by=by, said=said).add(person, pictures, keep_until=keep_until, by=by)
    text = f"{len(held)} reference{'' if len(held) == 1 else 's'} of {person}, sealed, to be read until {keep_until}."
    return Answer({"person": person, "held": [one.model_dump() for one in held]}, text)


@command.command("list", cls=Verb)
@SHOW
def list_(show: Path) -> Answer:
    """List what is held of whom, until when, and whether its key is here. Nothing is opened."""
    from secondunit.likeness.papers import now
    from secondunit.likeness.recorded import open_store
    from secondunit.production import Production

    holdings = open_store(Production.open(show), by="list").holdings()
    lines = []
    for one in holdings:
        late = "  PAST ITS DAY: delete it" if one.keep_until <= now()[:10] else ""
        key = "" if one.readable else "  no key here"
        lines.append(f"{one.person_id:<16} {len(one.items):>3} references  until {one.keep_until}{key}{late}")
    data = {
        "people": [
            {
                "person": one.person_id,
                "keep_until": one.keep_until,
                "readable": one.readable,
                "items": [item.model_dump() for item in one.items],
            }
            for one in holdings
        ]
    }
    return Answer(data, "\n".join(lines) or "Nothing is held of anybody.")


@command.command("delete", cls=Verb)
@SHOW
@click.argument("person")
@BY
@click.option("--reason", default="", help="Who asked, or why.")
def delete(show: Path, person: str, by: str, reason: str) -> Answer:
    """Destroy the key of PERSON's likeness data and remove it; writes a signed receipt."""
    from secondunit.likeness.recorded import open_store, write_receipt
    from secondunit.policy.ledger import production_key
    from secondunit.production import Production

    production = Production.open(show)
    production_key(production)  # before anything goes: without it nothing can be recorded or signed
    receipt = open_store(production, by=by).delete(person, by=by, reason=reason)
    path = write_receipt(production, receipt)
    text = f"{len(receipt.items)} references of {person} are gone and their key is destroyed. Receipt: {path}"
    return Answer({"receipt": str(path), **receipt.to_json()}, text)


@command.command("check", cls=Verb)
@SHOW
@click.argument("shot")
@click.option("--person", "people", multiple=True, help="Compare with these only. Default: everybody that is held.")
@click.option("--every", default=1, type=click.IntRange(1), help="Look at every so manieth frame. Default: all.")
@BY
@click.pass_context
def check(ctx: click.Context, show: Path, shot: str, people: tuple[str, ...], every: int, by: str) -> Answer:
    """Find the faces in SHOT's plate and say whose they are; look at the overlay it writes."""
    from secondunit.imaging.colour import to_display
    from secondunit.imaging.files import write_png
    from secondunit.likeness.check import check_shot, overlay
    from secondunit.likeness.confirm import with_confirmations
    from secondunit.likeness.recorded import checks_folder, confirmations, open_store
    from secondunit.plate.files import PlateFiles
    from secondunit.production import Production

    production = Production.open(show)
    plate = PlateFiles(production.folder, shot).full()
    store = open_store(production, by=by)
    asked = people or tuple(one.person_id for one in store.holdings())
    references = store.references(asked, by=by, purpose=f"who is in {shot}")
    with watching(ctx) as (watch, stop):

        def progress(done: int, total: int) -> None:
            if stop:
                raise Stopped(shot, "stopped by the user")
            watch("faces", done, total)

        found = check_shot(plate, references, every=every, progress=progress)
    folder = checks_folder(production, shot)
    found.save(folder / "faces.json")
    faces = with_confirmations(found.faces, confirmations(production), plate_digest=found.plate_digest)
    most = max(found.frames, key=lambda frame: (sum(face.frame == frame for face in faces), -frame))
    shown = [face for face in faces if face.frame == most]
    picture = overlay(to_display(plate.frame(most), plate.view), shown, f"{shot}, frame {most}")
    write_png(folder / "overlay.png", picture)
    data = {"overlay": str(folder / "overlay.png"), **found.to_json(), "faces": [face.to_json() for face in faces]}
    without = sorted(set(asked) - set(references))
    lines = [f"Look at {folder / 'overlay.png'}"]
    lines += [_line(face) for face in shown]
    lines += [f"Nothing is held of {person}: nobody can match." for person in without]
    lines.append(
        f"{len(faces)} faces in {len(found.frames)} frames. Profiles and faces under 40 px are not found: look."
    )
    return Answer(data, "\n".join(lines))


@command.command("confirm", cls=Verb)
@SHOW
@click.argument("shot")
@click.option("--at", metavar="X,Y", help="A point in a face that was found, in pixels of the plate.")
@click.option("--box", metavar="L,T,R,B", help="Instead: a place where no face was found, in pixels of the plate.")
@click.option("--frame", type=int, help="Its frame. Default: the first one.")
@click.option("--until", "end", type=int, help="The word holds up to this frame, which is not included.")
@click.option("--is", "person", metavar="PERSON", help="It is PERSON's face.")
@click.option("--nobody", is_flag=True, help="It is a face of nobody named: a bystander.")
@click.option("--not-a-face", "not_a_face", is_flag=True, help="It is no face.")
@click.option("--by", required=True, help="Who says so; signed with the key of this machine's user.")
@click.option("--role", type=click.Choice(ROLES), default="producer", show_default=True, help="Appointed as what.")
@click.option("--key", type=click.Path(path_type=Path), help="Sign with this key file instead.")
@click.option("--note", default="", help="In your words.")
def confirm(
    show: Path,
    shot: str,
    at: str | None,
    box: str | None,
    frame: int | None,
    end: int | None,
    person: str | None,
    nobody: bool,
    not_a_face: bool,
    by: str,
    role: str,
    key: Path | None,
    note: str,
) -> Answer:
    """Say whose face it is, for this plate; signed and recorded in the ledger. It outranks the machine.

    Who speaks was appointed (people appoint), or signs for the person named.
    """
    from secondunit.keys import read_key
    from secondunit.likeness.confirm import confirmation, sign_word, word_about
    from secondunit.likeness.papers import now
    from secondunit.likeness.recorded import record_word
    from secondunit.plate.files import PlateFiles
    from secondunit.policy.parts import Role
    from secondunit.production import Production

    if (person is not None) + nobody + not_a_face != 1:
        raise click.UsageError("Give one of --is PERSON, --nobody, --not-a-face.")
    if (at is None) == (box is None):
        raise click.UsageError("Give --at X,Y or --box L,T,R,B.")
    production = Production.open(show)
    plate = PlateFiles(production.folder, shot).full()
    said: Literal["person", "nobody_named", "not_a_face"] = (
        "person" if person else "nobody_named" if nobody else "not_a_face"
    )
    about: dict[str, Any] = {
        "production_id": production.id,
        "shot": shot,
        "plate_digest": plate.digest(),
        "said": said,
        "person_id": person,
        "by": by,
        "at": now(),
        "note": note,
    }
    if box is not None:
        first = plate.record.frames.first if frame is None else frame
        word = word_about(_box(box, plate), frames=(first, first + 1 if end is None else end), **about)
        machine = "found no face there"
    else:
        face = _found_face(production, shot, about["plate_digest"], frame, at or "")
        word = confirmation(face, end_frame_exclusive=end, **about)
        machine = f"said {face.why}"
    record_word(production, sign_word(word, Role(role), read_key(key) if key else None))
    text = f"Recorded: {by} says it is {person or said.replace('_', ' ')}; the machine {machine}."
    return Answer(word.to_json(), text)


def _found_face(production: Production, shot: str, digest: str, frame: int | None, at: str) -> Matched:
    from secondunit.likeness.check import ShotFaces
    from secondunit.likeness.recorded import checks_folder

    found = ShotFaces.load(checks_folder(production, shot) / "faces.json")
    if digest != found.plate_digest:
        raise BadPicture(
            f"faces of {shot}", "are of another plate", advice="Check the shot again: secondunit likeness check."
        )
    return _face_at(found.faces, found.frames[0] if frame is None else frame, at, shot)


def _box(text: str, plate: PlateFiles) -> Box:
    try:
        left, top, right, bottom = (int(one) for one in text.split(","))
    except ValueError as error:
        raise BadPicture("--box", repr(text), "whole pixels: LEFT,TOP,RIGHT,BOTTOM") from error
    if not (0 <= left < right <= plate.width_px and 0 <= top < bottom <= plate.height_px):
        raise BadPicture("--box", text, f"a box inside the plate's {plate.width_px} x {plate.height_px} px")
    return left, top, right, bottom


def _face_at(faces: tuple[Matched, ...], frame: int, at: str, shot: str) -> Matched:
    try:
        x, y = (float(one) for one in at.split(","))
    except ValueError as error:
        raise BadPicture("--at", repr(at), "a point in pixels: X,Y") from error
    for face in faces:
        left, top, right, bottom = face.box_px
        if face.frame == frame and left <= x < right and top <= y < bottom:
            return face
    there = ", ".join(f"{_middle(face)}" for face in faces if face.frame == frame) or "none"
    raise BadPicture(f"{shot}, frame {frame}", f"no face was found at {at}", f"a point in one of: {there}")


def _middle(face: Any) -> str:
    left, top, right, bottom = face.box_px
    return f"{(left + right) // 2},{(top + bottom) // 2}"


def _line(face: Matched) -> str:
    said = f" ({face.confirmed_by} said so)" if face.confirmed_by else ""
    return f"  at {_middle(face):<11} {face.verdict!s:<7} {face.person_id or '-':<14} {face.why}{said}"
