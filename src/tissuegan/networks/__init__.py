"""Networks: ``nn.Module`` only, no losses, no data."""

import torch

# The first call of Intel's vector mathematics in a process, if several threads make it at once, may
# give one of them a hyperbolic tangent that is off by 5e-5. One value is one thread.
torch.tanh(torch.zeros(1))
