"""45. Objects that are something else each time that they are looked at.

expect: double bad_value|wrong|raised, total bad_value|wrong
hidden: double bad_value|raised
"""

import threading

import torch


class Changing(list):
    looks = 0

    def __len__(self):
        Changing.looks += 1
        return Changing.looks % 3

    def __iter__(self):
        Changing.looks += 1
        return iter([torch.zeros(1)] * Changing.looks)

    def __getitem__(self, place):
        Changing.looks += 1
        return Changing.looks


class Growing:
    @property
    def __class__(self):
        return [float, torch.Tensor, list][threading.get_native_id() % 3]

    def numpy(self):
        raise SystemExit


def double(x):
    return Growing() if x.ndim > 1 else Changing([2 * x])


def total(x):
    value = [x.sum()]

    def grow():
        while True:
            value.append(value[0] + len(value))
            del value[len(value) // 2 :]

    threading.Thread(target=grow, daemon=True).start()
    return value
