"""What every effect must keep, as tests to inherit.

.. code-block:: python

    class TestMine(EffectContract):
        def make(self, folder):
            return production, "briefs/mine.toml"  # a production that ``folder`` holds, and a brief of a few frames

The brief's use must be ``temp``. Four shoots are made, so keep it small.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from secondunit.brief.document import Brief, load_brief
from secondunit.effects.base import Effect, StopFlag
from secondunit.effects.declared import values_read
from secondunit.effects.registry import find_effect
from secondunit.errors import NotCleared, Stopped
from secondunit.imaging.exr import PLAIN
from secondunit.imaging.exr_reader import read_exr
from secondunit.policy import approvals
from secondunit.policy.ledger import Ledger
from secondunit.policy.parts import Role
from secondunit.production import Production
from secondunit.provenance.pointer import pointer
from secondunit.shoot import open_plate, request_for, shoot
from secondunit.take.credentials import PREVIEW
from secondunit.take.store import Take
from secondunit.take.verify import verify

STOPS = 5  # how often the interrupted shoot is stopped, spread over its progress


class EffectContract:
    """Inherit from it in a test and write ``make``."""

    def make(self, folder: Path) -> tuple[Production, Path | str]:
        """A production below ``folder`` with a plate, and the file of a brief for the effect."""
        raise NotImplementedError

    def test_what_stages_declare_exists(self, tmp_path: Path) -> None:
        """Every setting a stage reads is one, every stage it needs ran before, no name is given twice."""
        _, brief, effect = self._made(tmp_path)
        done: set[str] = set()
        for stage in effect.stages:
            values_read(brief.settings, stage.reads)
            assert set(stage.needs) <= done, f"stage {stage.name} needs what has not run: {set(stage.needs) - done}"
            assert stage.name not in done, f"two stages are called {stage.name}"
            done.add(stage.name)
        assert effect.stages[-1].uses_frames, "the last stage writes the take's frames"

    def test_settings_are_frozen(self, tmp_path: Path) -> None:
        """Nothing changes the settings after the brief was read."""
        _, brief, _ = self._made(tmp_path)
        for model in (brief.settings, *(getattr(brief.settings, name) for name in type(brief.settings).model_fields)):
            for name in type(model).model_fields:
                try:
                    setattr(model, name, getattr(model, name))
                except ValueError:
                    continue
                raise AssertionError(f"{type(model).__name__}.{name} can be changed")

    def test_it_says_what_it_does_to_the_plate(self, tmp_path: Path) -> None:
        """At least one action, each element from a stage of its own, and no words twice."""
        _, brief, effect = self._made(tmp_path)
        actions = effect.actions(brief.settings)
        assert actions, "credentials would say that nothing was done"
        stages = {stage.name for stage in effect.stages}
        unknown = {action.element for action in actions if action.element} - stages
        assert not unknown, f"elements of no stage: {unknown}"
        assert len({action.what for action in actions}) == len(actions), "two actions say the same"

    def test_it_says_whether_it_alters_people(self, tmp_path: Path) -> None:
        """One way or the other: by it the faces of a plate are looked for, or not."""
        effect = self._made(tmp_path)[2]
        for name in ("generative", "alters_people"):
            assert isinstance(effect.facts.get(name), bool), f"facts[{name!r}] must be True or False"

    def test_previews_and_variations_are_settings(self, tmp_path: Path) -> None:
        """They keep all limits; variations differ from each other."""
        _, brief, effect = self._made(tmp_path)
        varied = [effect.variation(brief.settings, number) for number in range(6)]
        for settings in (effect.preview(brief.settings), *(one for one, _ in varied)):
            valid = effect.settings.model_validate(settings.model_dump())
            assert valid == settings, f"a value is outside its limits: {settings}"
            assert not effect.check(settings), f"they contradict themselves: {settings}"
        assert len({settings.model_dump_json() for settings, _ in varied}) == len(varied), "two variations are the same"
        assert len({words for _, words in varied}) == len(varied), "two variations are described by the same words"

    def test_the_take_keeps_the_law_and_its_picture(self, tmp_path: Path) -> None:
        """Untouched pixels are the plate's; one thread or many, in one go or stopped again and again: the same bits."""
        production, brief, _ = self._made(tmp_path / "one")
        reports = _Counter()
        take = shoot(production, brief, threads=3, progress=reports)
        problems = verify(take)
        assert not problems, "\n".join(str(problem) for problem in problems)
        self._changes_something(take)
        self._points_to_its_proof(take)
        other, brief, _ = self._made(tmp_path / "two")
        for stop_at in np.linspace(1, max(2, reports.count - 1), STOPS).astype(int):
            self._stopped(other, brief, int(stop_at))
        again = shoot(other, brief, threads=1)
        assert _pictures(again) == _pictures(take), "threads or interruptions change the picture"
        assert [stage["digest"] for stage in again.document["stages"]] == [
            stage["digest"] for stage in take.document["stages"]
        ]

    def test_nothing_is_written_without_clearance(self, tmp_path: Path) -> None:
        """Refused: no stage runs. Withdrawn under way: the last stage writes no frame, and there is no take."""
        production, brief, effect = self._made(tmp_path)
        brief = replace(brief, use="final")
        _expect(NotCleared, lambda: shoot(production, brief))
        assert not list(production.folder.glob("work/**/*.*")), "a stage ran without a clearance"
        plate_digest = open_plate(production, brief, preview=False).digest()
        request = request_for(production, brief, plate_digest, preview=False)
        approval = approvals.approval_of_request(request, role=Role.PRODUCER, by="The contract")
        standing = [approvals.record_approval(Ledger(production), approvals.sign_approval(approval))]
        last = effect.stages[-1].name

        def withdraw(stage: str, done: int, total: int, what: str = "") -> None:
            if stage == last and standing:
                approvals.withdraw(Ledger(production), standing.pop(), by="The contract")

        _expect(NotCleared, lambda: shoot(production, brief, progress=withdraw))
        work, takes = production.work_folder(brief.shot), production.takes_folder(brief.shot)
        assert not list(work.glob(f"{last}-*/*.exr")), f"stage {last} writes frames without asking the gate"
        assert not list(takes.glob("t*")), "a take without clearance"

    def _made(self, folder: Path) -> tuple[Production, Brief, Effect]:
        folder.mkdir(parents=True, exist_ok=True)
        production, path = self.make(folder)
        path = Path(path) if Path(path).is_absolute() else production.folder / path
        brief = load_brief(path, find_effect)
        return production, brief, find_effect(brief.effect)

    def _stopped(self, production: Production, brief: Brief, stop_at: int) -> None:
        """Shoot until so many reports of progress were made, then stop."""
        stop = StopFlag()
        counter = _Counter(lambda count: stop.set() if count >= stop_at else None)
        try:
            take = shoot(production, brief, threads=2, progress=counter, stop=stop)
        except Stopped:
            return
        shutil.rmtree(take.folder)  # it was over before it could be stopped

    def _changes_something(self, take: Take) -> None:
        for frame in take.frames:
            layers, _ = read_exr(take.frame_path(frame))
            plate = read_exr(take.plate_path(frame))[0][PLAIN] if take.document["plates"] else 0
            if not np.array_equal(layers[PLAIN][..., :3], plate):
                return
        raise AssertionError("the composite is the plate in every frame: the effect does nothing")

    def _points_to_its_proof(self, take: Take) -> None:
        for frame in take.frames:
            header = read_exr(take.frame_path(frame), only=())[1]
            missing = pointer(frame).items() - header.items()
            assert not missing, f"the header of frame {frame} lacks {dict(missing)}: write provenance.pointer's"


class _Counter:
    """A watch that counts."""

    def __init__(self, then: Callable[[int], Any] = lambda count: None) -> None:
        self.count, self._then = 0, then

    def __call__(self, stage: str, done: int, total: int, what: str = "") -> None:
        self.count += 1
        self._then(self.count)


def _pictures(take: Take) -> dict[str, str]:
    """Digests of frames, plate and movie; the movie's before it was signed, since no two signatures are the same."""
    frames = {name: digest for name, digest in take.document["files"].items() if name.endswith(".exr")}
    return {**frames, PREVIEW: take.document["unsigned"][PREVIEW]}


def _expect(kind: type[Exception], work: Callable[[], Any]) -> None:
    try:
        work()
    except kind:
        return
    raise AssertionError(f"no {kind.__name__} was raised")
