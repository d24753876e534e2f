import numpy as np
import pytest

from secondunit.imaging.comp import composite, coverage, over

SHAPE = (12, 16)


def neutral(plate):
    return {
        "background": plate.copy(),
        "shadow": np.ones((*SHAPE, 3)),
        "settle": np.zeros((*SHAPE, 4)),
        "beauty": np.zeros((*SHAPE, 4)),
        "dust_shadow": np.ones((*SHAPE, 3)),
        "dust": np.zeros((*SHAPE, 4)),
        "grain": np.zeros((*SHAPE, 3)),
        "holdout": np.zeros((*SHAPE, 4)),
        "dust_front": np.zeros((*SHAPE, 4)),
        "matte": np.zeros(SHAPE),
    }


@pytest.fixture
def plate():
    return np.random.default_rng(3).random((*SHAPE, 3)).astype(np.float16).astype(np.float32)


def test_where_the_matte_is_zero_the_composite_is_the_plate_whatever_the_layers_say(plate):
    random = np.random.default_rng(5)
    layers = {name: random.random(layer.shape) for name, layer in neutral(plate).items()}
    layers["matte"] = (random.random(SHAPE) > 0.5) * 0.7
    result = composite(plate, layers)
    untouched = layers["matte"] == 0
    assert result[untouched].tobytes() == plate[untouched].tobytes()
    assert not np.array_equal(result[~untouched], plate[~untouched])


def test_neutral_layers_change_nothing_and_cover_nothing(plate):
    layers = neutral(plate)
    assert coverage(layers, np.zeros(SHAPE)).max() == 0
    layers["matte"][:] = 1
    assert np.array_equal(composite(plate, layers), plate)


@pytest.mark.parametrize("name", ["settle", "beauty", "dust"])
def test_an_opaque_layer_covers_all_and_hides_what_is_behind(plate, name):
    layers = neutral(plate)
    layers[name][..., :] = (0.2, 0.3, 0.4, 1.0)
    assert coverage(layers, np.zeros(SHAPE)).min() == 1
    layers["matte"][:] = 1
    assert np.allclose(composite(plate, layers), (0.2, 0.3, 0.4), atol=1e-6)


def test_what_stands_in_front_hides_everything_and_uncovers_the_plate(plate):
    layers = neutral(plate)
    layers["beauty"][..., :] = (9.0, 9.0, 9.0, 1.0)
    layers["holdout"][..., :3], layers["holdout"][..., 3] = plate, 1
    assert coverage(layers, np.ones(SHAPE)).max() == 0
    layers["matte"][:] = 1
    assert np.allclose(composite(plate, layers), plate)


def test_dust_before_what_stands_in_front_veils_it_and_counts_as_change(plate):
    layers = neutral(plate)
    layers["holdout"][..., :3], layers["holdout"][..., 3] = plate, 1
    layers["dust_front"][..., :] = (0.1, 0.1, 0.1, 0.25)
    assert np.allclose(coverage(layers, np.zeros(SHAPE)), 0.25)
    layers["matte"][:] = 1
    assert np.allclose(composite(plate, layers), 0.1 + 0.75 * plate, atol=1e-6)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_shadow_and_lifted_shadow_count_as_change(plate, factor):
    layers = neutral(plate)
    layers["shadow"][:] = factor
    assert np.allclose(coverage(layers, np.zeros(SHAPE)), 0.5)


def test_over_is_associative():
    random = np.random.default_rng(1)
    a, b, c = (np.concatenate([random.random((4, 4, 3)) * 0.5, random.random((4, 4, 1))], axis=-1) for _ in range(3))
    both = np.concatenate([over(a, b[..., :3]), 1 - (1 - a[..., 3:]) * (1 - b[..., 3:])], axis=-1)
    assert np.allclose(over(a, over(b, c[..., :3])), over(both, c[..., :3]), atol=1e-6)
