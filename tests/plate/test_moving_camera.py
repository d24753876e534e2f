import dataclasses

import numpy as np
import pytest
from PIL import Image

from secondunit.errors import CannotSolve
from secondunit.plate.files import PlateFiles, plate_folder
from secondunit.plate.ingest import ingest
from secondunit.plate.record import PlateRecord


def test_a_plate_whose_camera_moves_is_refused_with_advice_and_a_still_one_is_not(tmp_path):
    codes = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(codes).save(tmp_path / "street.png")
    ingest(tmp_path / "street.png", tmp_path / "show", "S1")
    PlateFiles(tmp_path / "show", "S1").require_still()
    path = plate_folder(tmp_path / "show", "S1") / "plate.json"
    record = dataclasses.replace(PlateRecord.load(path), camera_motion_px=7.25)
    record.save(path)
    with pytest.raises(CannotSolve, match=r"by up to 7\.2 px.*Stabilise the plate"):
        PlateFiles(tmp_path / "show", "S1").require_still()
