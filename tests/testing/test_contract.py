"""The tiny effect keeps the contract, and the contract sees effects that do not."""

from typing import ClassVar

import numpy as np
import pytest

from secondunit.effects.registry import register
from secondunit.imaging.exr import write_exr
from secondunit.testing.contract import EffectContract
from secondunit.testing.tiny_effect import Exposure, LightSquare, PlaceSquare
from secondunit.testing.tiny_show import tiny_show


@pytest.fixture(autouse=True)
def _tiny():
    register(Exposure())


class TestExposure(EffectContract):
    def make(self, folder):
        return tiny_show(folder / "show"), "briefs/exposure.toml"


class SpoilsPlate(LightSquare):
    """One pixel outside the matte is wrong by the smallest step there is."""

    def _layers(self, context, square, frame):
        layers = super()._layers(context, square, frame)
        y, x = np.argwhere(layers["matte"] == 0)[0]
        layers["composite"][y, x, 1] = np.nextafter(np.float16(layers["composite"][y, x, 1]), np.float16(9))
        return layers


class AsksNobody(LightSquare):
    """Writes without asking the gate."""

    def run(self, context):
        square = {"left": 1, "top": 1, "side": 3}
        for frame in context.frames:
            write_exr(context.out / f"{frame}.exr", self._layers(context, square, frame))
            context.progress(1, 1)


class ReadsInSecret(LightSquare):
    """Depends on a setting that it does not declare."""

    reads: ClassVar[tuple[str, ...]] = ("lift.stops", "lift.patience_s")


class DependsOnThreads(LightSquare):
    """Its picture depends on how many threads there are."""

    def _layers(self, context, square, frame):
        layers = super()._layers(context, square, frame)
        return {**layers, "light": layers["light"] + context.threads}


def with_stage(stage):
    class Wrong(Exposure):
        stages: ClassVar = (PlaceSquare(), stage())

    return Wrong()


@pytest.mark.parametrize(
    ("stage", "test", "says"),
    [
        (SpoilsPlate, "test_the_take_keeps_the_law_and_its_picture", "untouched pixels differ"),
        (DependsOnThreads, "test_the_take_keeps_the_law_and_its_picture", "threads or interruptions"),
        (AsksNobody, "test_nothing_is_written_without_clearance", "without asking the gate"),
        (ReadsInSecret, "test_the_take_keeps_the_law_and_its_picture", "does not declare it"),
    ],
)
def test_the_contract_sees_what_is_wrong(stage, test, says, tmp_path):
    register(with_stage(stage))
    with pytest.raises((AssertionError, AttributeError), match=says):
        getattr(TestExposure(), test)(tmp_path)
