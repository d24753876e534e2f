"""Laws of the ageing itself, on a face drawn here: a shaded oval with folds, brows, lips and glasses."""

import numpy as np
import pytest

from secondunit.effects.deage.age import CROP_PX, EYES_AT_PX, EYES_TO_MOUTH_PX, Years, age_face
from secondunit.effects.deage.anatomy import EYES, MOUTH, anatomy
from secondunit.effects.deage.bands import decode, encode, luma
from secondunit.effects.deage.controls import Controls
from secondunit.errors import BadPicture
