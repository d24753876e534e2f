"""Layouts, cards and the runtime: what fits, what does not, and that numbers do not change."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from secondunit.effects.deage import net
from secondunit.errors import BrokenStore
from secondunit.nets import fran
from secondunit.nets.card import read_card, weights_of
from secondunit.nets.runtime import compiled
from secondunit.nets.tensors import write_safetensors

FIRST_LOOKS = """
import os, sys, threading, time
import openvino
from secondunit.nets import mediapipe

network = openvino.Core().compile_model(mediapipe._read(mediapipe.weights("detector")), "CPU")
requests = [network.create_infer_request() for _ in range(2)]
tensors = [one.get_input_tensor(0) for one in requests]
mediapipe.model("detector")
for _ in range(12):
    child = os.fork()  # each with its own first look, if that is still to come
    if child == 0:
        start = threading.Barrier(2)
        looks = [threading.Thread(target=lambda one=one: (start.wait(), one.data), daemon=True) for one in tensors]
        for one in looks:
            one.start()
        for one in looks:
            one.join()
        os._exit(0)
    patience = time.monotonic() + 20
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > patience:
            os.kill(child, 9)
            sys.exit("two threads wait for each other")
        time.sleep(0.001)
"""
CARD = """
name = "tiny"
purpose = "tests"
licence = "Apache-2.0"
weights = "w.safetensors"
sha256 = "{digest}"
parameters = 4
measured = [{{ what = "loss", on = "nothing", value = 0.5 }}]
limits = ["knows nothing"]
[data]
what = "numbers"
pictures = 0
people = 0
rights = "ours"
[training]
command = "none"
steps = 0
hours = 0
machine = "none"
"""


def random_weights(shapes, seed=0, scale=0.05):
    rng = np.random.default_rng(seed)
    return {name: (rng.standard_normal(shape) * scale).astype(np.float32) for name, shape in shapes.items()}


def test_weights_are_those_of_the_card(tmp_path):
    write_safetensors(tmp_path / "w.safetensors", {"a": np.ones(4, np.float32)})
    digest = hashlib.sha256((tmp_path / "w.safetensors").read_bytes()).hexdigest()
    (tmp_path / "card.toml").write_text(CARD.format(digest=digest))
    card = read_card(tmp_path / "card.toml")
    assert np.array_equal(weights_of(card, tmp_path)["a"], np.ones(4))
    write_safetensors(tmp_path / "w.safetensors", {"a": np.zeros(4, np.float32)})
    with pytest.raises(BrokenStore, match="as the card says"):
        weights_of(card, tmp_path)
    (tmp_path / "w.safetensors").unlink()
    with pytest.raises(BrokenStore, match="cannot be read"):
        weights_of(card, tmp_path)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = 3", "name"),
        ("= nonsense", "TOML"),
        (CARD.format(digest="12"), "sha256"),
        (CARD + "\nmore = 1", "TOML|more"),
    ],
)
def test_a_card_that_says_nonsense_is_refused(tmp_path, text, word):
    (tmp_path / "card.toml").write_text(text)
    with pytest.raises(BrokenStore, match=word):
        read_card(tmp_path / "card.toml")


def test_our_network_gives_a_residual_and_the_same_one_each_time():
    weights = random_weights(net.shapes())
    run = compiled(net.graph(weights, 64))
    codes = np.random.default_rng(1).random((1, 64, 64, 3), np.float32)
    ages = np.array([[60, 40]], np.float32)
    (one,), (again,) = run([codes, ages]), run([codes, ages])
    assert one.shape == codes.shape
    assert np.array_equal(one, again)
    (other,) = run([codes, ages + 5])
    assert not np.allclose(one, other)


def test_two_threads_may_look_at_the_first_pictures_of_a_process_at_once():
    """OpenVINO's first look at a tensor is not for two at once: nine times in ten they wait for each other for ever."""
    subprocess.run([sys.executable, "-c", FIRST_LOOKS], check=True, timeout=120)


def test_a_picture_of_another_size_is_refused():
    run = compiled(net.graph(random_weights(net.shapes()), 64))
    with pytest.raises(ValueError, match="the network takes"):
        run([np.zeros((1, 64, 1, 3), np.float32), np.zeros((1, 2), np.float32)])


def test_our_network_is_small():
    assert sum(int(np.prod(shape)) for shape in net.shapes().values()) < 5_000_000


def test_fran_has_its_published_size():
    assert sum(int(np.prod(shape)) for shape in fran.shapes().values()) == 31_033_027  # as PyTorch counts the layout's


def test_the_blur_of_fran_keeps_what_is_flat():
    weights = {name: np.zeros(shape, np.float32) for name, shape in fran.shapes().items()}
    for name in ("init_conv.0", "init_conv.2"):
        weights[f"{name}.weight"][0, 0, 1, 1] = 1  # the first plane goes through
    weights["up4.layer.0.weight"][0, 64, 1, 1] = 1  # by the uppermost skip
    weights["up4.layer.2.weight"][0, 0, 1, 1] = 1
    weights["final_conv.weight"][0, 0, 0, 0] = 2
    picture = np.random.default_rng(2).random((1, 5, 32, 32), np.float32)
    (made,) = compiled(fran.graph(weights, 32))([picture])
    assert np.allclose(made[0, 0], 2 * picture[0, 0], atol=1e-5)
    assert not made[0, 1:].any()


def test_another_layout_is_refused(tmp_path):
    shapes = fran.shapes()
    weights = {name: np.zeros(shape, np.float16) for name, shape in shapes.items() if not name.startswith("down4")}
    write_safetensors(tmp_path / "w.safetensors", weights, half=True)
    with pytest.raises(BrokenStore, match=r"has no tensor 'down4"):
        fran.load_fran(tmp_path / "w.safetensors")


def test_a_file_that_is_no_onnx_is_refused(tmp_path):
    (tmp_path / "w.onnx").write_bytes(b"\x08\x07nothing")
    with pytest.raises(BrokenStore, match="cannot be used"):
        fran.load_fran(tmp_path / "w.onnx")
