from __future__ import annotations

import math

import pytest
import torch

from tests.builders import SEGMENTER
from tests.models.test_phases import step
from tissuegan.models import Segmenter
from tissuegan.models.phases import Step
from tissuegan.models.segmenter import dice_loss


def segmenter(classes: int = 2, **changes: float) -> Segmenter:
    torch.manual_seed(0)
    return Segmenter(classes, SEGMENTER.model_copy(update=changes))


@pytest.mark.parametrize("classes", [1, 3])
def test_the_one_phase_reaches_every_weight(classes: int) -> None:
    model = segmenter(classes)
    (phase,) = model.phases()
    torch.autograd.backward(list(phase.loss(step(classes)).values()))
    assert set(phase.network.parameters()) == set(model.parameters())
    missed = [name for name, p in model.named_parameters() if p.grad is None]
    assert not missed


def test_the_cross_entropy_of_logits_of_zero_is_ln_2() -> None:
    model = segmenter()
    torch.nn.init.zeros_(model.network.unet.get_parameter("final_conv.weight"))
    torch.nn.init.zeros_(model.network.unet.get_parameter("final_conv.bias"))
    loss = model.loss(step())["segmenter.bce"].detach()
    assert float(loss) == pytest.approx(math.log(2), rel=1e-5)


def test_the_dice_loss_is_that_of_its_formula() -> None:
    """Two classes of a 1 x 4 image: 1 - 2 sum(p t) / (sum p + sum t), averaged."""
    masks = torch.tensor([[[[1.0, 1, 0, 0]], [[0, 0, 0, 1]]]])
    seen = torch.tensor([[[[0.5, 0.5, 0.5, 0.5]], [[0.25, 0.25, 0.25, 0.25]]]])
    expected = ((1 - 2 * 1 / (2 + 2)) + (1 - 2 * 0.25 / (1 + 1))) / 2
    assert float(dice_loss(torch.logit(seen), masks)) == pytest.approx(expected, abs=1e-4)


def test_the_dice_term_has_the_weight_of_the_settings() -> None:
    data = step()
    weighed = [segmenter(dice=weight, augment=0.0).loss(data) for weight in (1.0, 0.5)]
    whole, half = (float(losses["segmenter.dice"].detach()) for losses in weighed)
    assert half == pytest.approx(whole / 2, rel=1e-6)


def test_a_patch_is_cut_to_whole_cells() -> None:
    image, masks = segmenter().patch(step(side=100))
    assert image.shape[-2:] == masks.shape[-2:] == (96, 96)


def test_it_learns_what_it_sees_within_a_few_steps() -> None:
    """Class one is wherever the image is bright."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = segmenter(1, augment=0.0)
    random = torch.Generator().manual_seed(0)
    coarse = torch.rand(2, 1, 8, 8, generator=random) > 0.5
    masks = coarse.float().repeat_interleave(8, -1).repeat_interleave(8, -2)
    data = Step(masks, masks * 2 - 1, step().noise)
    optimiser = torch.optim.Adam(model.parameters(), 0.02)
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = torch.stack(list(model.loss(data).values())).sum()
        torch.autograd.backward([loss])
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]


def test_a_segmenter_needs_images() -> None:
    data = step()
    with pytest.raises(ValueError, match="needs images"):
        segmenter().loss(Step(data.masks, None, data.noise))


def test_a_sheet_shows_images_labels_and_what_was_seen() -> None:
    rows = segmenter().eval().sheet(step())
    assert [row.shape for row in rows] == [(2, 3, 96, 96)] * 3
