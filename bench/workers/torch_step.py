"""One measured case in PyTorch: waits for a line on stdin, trains a round of steps, prints its milliseconds as JSON."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

case = json.loads(sys.argv[1])
layout = torch.channels_last if case["layout"] == "channels_last" else torch.contiguous_format
torch.set_num_threads(case["threads"])
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


def resnet(depth: int) -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    width = 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range((depth - 2) // 6):
            layers.append(Block(width, outputs, 2 if stage > 0 and block == 0 else 1))
            width = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 100)).to(memory_format=layout)


student = resnet(case["student"])
teacher = resnet(case["teacher"]).eval().requires_grad_(False) if case.get("teacher") else None
optimiser = torch.optim.SGD(student.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
batch = case["batch"]
# Pixels are fed as bytes and normalised in the step, as Umbra does.
pixels = torch.randint(0, 256, (batch, 3, 32, 32), dtype=torch.uint8)
labels = torch.arange(batch) % 100


def step() -> float:
    x = pixels.to(memory_format=layout).float().sub_(127.5).div_(63.75)
    if case["kind"] == "teacher":
        with torch.inference_mode():
            return float(teacher(x).sum())
    logits = student(x)
    loss = F.cross_entropy(logits, labels)
    if teacher is not None:
        with torch.no_grad():
            target = F.softmax(teacher(x) / 4, 1)
        loss = 0.1 * loss + 0.9 * 16 * F.kl_div(F.log_softmax(logits / 4, 1), target, reduction="batchmean")
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    optimiser.step()
    return float(loss.detach())


print(json.dumps({"ready": 0, "version": torch.__version__}), flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    for _ in range(case["steps"]):
        step()
    print(json.dumps({"ms": 1000 * (time.perf_counter() - started)}), flush=True)
