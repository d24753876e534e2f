import gc
import subprocess
import sys

import pytest

from secondunit.farm.memory import loading

LAYERS_MADE_AGAIN = """
import resource
import numpy as np
from secondunit.farm.memory import keep_memory

keep_memory()
def faults():
    [np.ones(1 << 18) for _ in range(16)]  # 2 MB each: too small for huge pages
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
first, *_, last = [faults() for _ in range(12)]
print(last - first)
"""


def test_layers_that_are_made_again_cost_no_page_faults():
    said = subprocess.run([sys.executable, "-c", LAYERS_MADE_AGAIN], capture_output=True, text=True, check=True)
    assert int(said.stdout) < 100  # thousands a time otherwise


def test_garbage_is_looked_for_again_after_loading_also_when_it_fails():
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), loading():
        raise KeyError
    assert gc.isenabled()
