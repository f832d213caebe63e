"""Receptive fields with rows below, drawn by hand."""

import torch


def field_aa():
    return [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 1, 1, 1, 1],
    ]


def field_ab():
    return ["32", "33", "42", "43", "44", "45", "52", "53", "54", "55"]


def field_ba():
    return (55, 54, 53, 52, 45, 44, 43, 42, 33, 32)


def field_bb():
    field = torch.zeros(5, 5)
    field[2, 1:4] = 1
    field[3:, 1:] = 1
    return field
