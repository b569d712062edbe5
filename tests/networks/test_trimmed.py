from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tissuegan.networks.trimmed import TrimmedConv


@settings(deadline=None)
@given(st.integers(4, 21), st.integers(4, 21), st.integers(3, 4), st.integers(1, 3))
def test_cutting_off_what_the_stride_leaves_over_changes_nothing(
    height: int, width: int, kernel: int, stride: int
) -> None:
    plain, trimmed = nn.Conv2d(2, 3, kernel, stride), TrimmedConv(2, 3, kernel, stride)
    trimmed.load_state_dict(plain.state_dict())
    values = torch.rand(2, 2, height, width)
    for mine, theirs in zip(learnt(trimmed, values), learnt(plain, values), strict=True):
        torch.testing.assert_close(mine, theirs)


def learnt(conv: nn.Conv2d, values: Tensor) -> tuple[Tensor, ...]:
    """Output, and the gradients of its sum of squares by the input and the weights."""
    given_values = values.clone().requires_grad_()
    drawn = conv(given_values)
    return drawn, *torch.autograd.grad(drawn.square().sum(), [given_values, conv.weight])


def test_gradients_in_bfloat16_heed_no_memory_beyond_the_input() -> None:
    conv = TrimmedConv(32, 64, 4, stride=2)
    for _ in range(5):
        values = torch.rand(2, 32, 127, 127).to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            drawn = conv(values.bfloat16())
        freed = [
            torch.full((size,), torch.nan, dtype=torch.bfloat16) for size in left(values, drawn)
        ]
        del freed
        (gradient,) = torch.autograd.grad(drawn.float().sum(), [conv.weight])
        assert torch.isfinite(gradient).all()


def left(*tensors: Tensor) -> list[int]:
    """Sizes of tensors that leave their memory to those that a gradient needs."""
    return [*(tensor.numel() for tensor in tensors for _ in range(2)), 1 << 12, 1 << 16, 1 << 17]
