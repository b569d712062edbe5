"""The loop: steps over the phases of a model. It knows no network and no loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tissuegan.data.patches import Patches
from tissuegan.models.phases import Phase, Step, Trainable
from tissuegan.models.settings import Optimiser
from tissuegan.training.average import Average
from tissuegan.training.noise import step_noise
from tissuegan.training.recipe import Recipe
from tissuegan.training.settling import settle, settled_from

if TYPE_CHECKING:
    from lightning_fabric import Fabric


class Data(Protocol):
    """What a run learns from: see :class:`tissuegan.data.patches.PatchSampler`."""

    def draw(self, step: int, rank: int = 0, world: int = 1) -> Patches:
        """The patches of one step, or those of one of several processes."""
        ...


class Trainer:
    """A model, its optimisers and its average, stepped together.

    The state after step n is a function of recipe, data and n: patches and noise come from seed
    and step number, so a checkpoint needs no state of any random generator.
    """

    def __init__(self, fabric: Fabric, recipe: Recipe, model: Trainable, data: Data) -> None:
        self.fabric = fabric
        self.recipe = recipe
        self.data = data
        self.layout = layout(fabric)
        self.module = model.to(fabric.device, memory_format=self.layout)  # type: ignore[call-overload]
        self.model: Trainable = self.module
        self.average = Average(self.model, recipe.ema)
        self.phases = self.model.phases()
        self.optimisers = {phase.name: _adam(phase) for phase in self.phases}
        self.step = 0

    def advance(self) -> dict[str, float]:
        """One step: every phase once. Returns the losses by name."""
        settle(self.model, self.average, self.step - settled_from(self.recipe))
        data = self.batch(self.step)
        losses: dict[str, Tensor] = {}
        for phase in self.phases:
            for again in range(phase.optimiser.updates):
                if again:
                    data.drawn.clear()
                losses.update(self._update(phase, data))
        self.average.update(self.model, self.step)
        self.step += 1
        return {name: float(self._over_processes(loss)) for name, loss in losses.items()}

    def _over_processes(self, value: Tensor) -> Tensor:
        """The mean over all processes; the value itself where there is one."""
        if self.fabric.world_size == 1:
            return value
        return cast(Tensor, self.fabric.all_reduce(value.contiguous(), reduce_op="mean"))

    def batch(self, step: int) -> Step:
        """This process's part of the data and noise of a step."""
        recipe, device = self.recipe, self.fabric.device
        rank, world = self.fabric.global_rank, self.fabric.world_size
        patches = self.data.draw(step, rank, world)
        noise = step_noise(recipe.seed, step, recipe.batch, device, rank, world)
        others = patches.image, patches.made
        image, made = (None if v is None else self._tensor(v) for v in others)
        return Step(self._tensor(patches.masks), image, noise, made)

    def _tensor(self, array: NDArray[np.float32]) -> Tensor:
        tensor = torch.from_numpy(array).to(self.fabric.device)
        return tensor.contiguous(memory_format=self.layout)

    def _update(self, phase: Phase, data: Step) -> Mapping[str, Tensor]:
        optimiser = self.optimisers[phase.name]
        shares = 1.0, *(share for _, share in phase.shares)
        for group, share in zip(optimiser.param_groups, shares, strict=True):
            group["lr"] = share * rate(phase.optimiser, self.step, self.recipe.steps)
        optimiser.zero_grad(set_to_none=True)
        with self.fabric.autocast():
            losses = phase.loss(data)
        self.fabric.backward(torch.stack([loss.float() for loss in losses.values()]).sum())
        self._average_gradients(phase.network)
        optimiser.step()
        return {name: loss.detach() for name, loss in losses.items()}

    def _average_gradients(self, network: nn.Module) -> None:
        for parameter in network.parameters():
            if parameter.grad is not None:
                parameter.grad.copy_(self._over_processes(parameter.grad))

    @torch.no_grad()
    def sheet(self) -> list[Tensor]:
        """Rows of pictures of what the averaged model makes on the same patches every time."""
        return self.average.model.sheet(self.batch(0))

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "step": self.step,
            "model": self.module.state_dict(),
            "average": {k: v.state_dict() for k, v in self.average.networks().items()},
            "optimisers": {k: v.state_dict() for k, v in self.optimisers.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Puts back what :meth:`state` gave; RuntimeError or KeyError if it is another model's."""
        self.module.load_state_dict(state["model"])
        for name, network in self.average.networks().items():
            network.load_state_dict(state["average"][name])
        for name, optimiser in self.optimisers.items():
            optimiser.load_state_dict(state["optimisers"][name])
        self.step = int(state["step"])


def layout(fabric: Fabric) -> torch.memory_format:
    """How tensors lie in memory while training: as the arithmetic of the run is fastest.

    Single precision on a CPU computes gradients in the default layout in 0.6 of the time that
    channels-last takes; half precision is the other way round.
    """
    with fabric.autocast():
        half = torch.is_autocast_enabled(fabric.device.type)
    return torch.channels_last if half else torch.contiguous_format


def _adam(phase: Phase) -> torch.optim.Adam:
    settings = phase.optimiser
    betas = (settings.beta1, settings.beta2)
    return torch.optim.Adam(_groups(phase), lr=settings.rate, betas=betas, fused=True)


def _groups(phase: Phase) -> list[dict[str, list[nn.Parameter]]]:
    """The parameters of a phase, and after them those that have a share of the rate."""
    apart = [list(module.parameters()) for module, _ in phase.shares]
    known = {id(parameter) for group in apart for parameter in group}
    others = [p for p in phase.network.parameters() if id(p) not in known]
    return [{"params": group} for group in (others, *apart)]


def rate(settings: Optimiser, step: int, steps: int) -> float:
    """Learning rate of a step: from the first one to the constant one, and at last to zero.

    Each of the two ways is linear, over the first ``warmup`` and the last ``decay`` of the steps.
    """
    begun = min(1.0, step / (settings.warmup * steps)) if settings.warmup else 1.0
    left = min(1.0, (steps - step) / max(1.0, settings.decay * steps))
    return (settings.first_rate + begun * (settings.rate - settings.first_rate)) * left
