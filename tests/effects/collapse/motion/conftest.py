"""The tests of this folder share ``motion_toys``; pytest's import mode leaves its folder off the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
