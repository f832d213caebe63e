"""Dropout and ridge regression as the formulas stand, with the inverse, in the data's own dtype."""

import numpy as np


def dropout_loss(X, y, w, mask):
    return np.linalg.norm(y - (X * mask) @ w) ** 2


def expected_dropout_loss(X, y, w, p):
    Gamma = np.sqrt(np.diag(np.diag(X.T @ X)))
    error, penalised = y - p * X @ w, Gamma @ w
    return error @ error + p * (1 - p) * penalised @ penalised


def dropout_lambda(p):
    return np.divide(1 - p, p)


def dropout_solution(X, y, p):
    gram = X.T @ X
    return np.linalg.inv(gram + dropout_lambda(p) * np.diag(np.diag(gram))) @ X.T @ y / p


def ridge_loss(X, y, w, lam):
    return np.sum((y - X @ w) ** 2) + lam * np.sum(w**2)


def ridge_solution(X, y, lam):
    return np.linalg.inv(X.T @ X + lam * np.eye(X.shape[1], dtype=X.dtype)) @ X.T @ y


def shrinks_evenly():
    return {"dropout": np.False_, "ridge": np.True_}
