"""LSMR: least squares by Golub-Kahan bidiagonalisation.

Fong and Saunders, *LSMR: An iterative algorithm for sparse least-squares problems*, SIAM J. Sci. Comput. 33 (2011), section 2 and its
stopping rules (section 3); symbols as there. Written here because the environment of `pnpm install-python` has no SciPy.
"""
import math

import numpy as np


def lsmr(A, b, damp, atol, btol, conlim, maxiter):
    """Least squares of ||A x - b||^2 + damp^2 ||x||^2.

    Returns x and why the iteration ended: 0 for x = 0, 1 or 2 by `btol` or `atol`, 3 by `conlim`, 4 to 6 for the same at the precision of
    the machine, 7 for `maxiter`.
    """
    x = np.zeros(A.shape[1])
    beta, u = _unit(b)
    alpha, v = _unit(A.T @ u)
    if alpha * beta == 0:
        return x, 0
    h, h_bar = v.copy(), np.zeros_like(x)
    zeta_bar, alpha_bar = alpha * beta, alpha
    rho, rho_bar, c_bar, s_bar = 1.0, 1.0, 1.0, 0.0
    # Of the estimate of ||r||.
    beta_dd, beta_d, rho_d_old, tau_tilde_old, theta_tilde, zeta, d = beta, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0
    # Of the estimates of ||A|| and cond(A).
    norm_a2, largest, smallest = alpha**2, 0.0, math.inf
    norm_b = beta
    for iteration in range(1, maxiter + 1):
        beta, u = _unit(A @ v - alpha * u)
        if beta > 0:
            alpha, v = _unit(A.T @ u - beta * v)
        # Rotation of the damping, then of the bidiagonal matrix, then of its transpose.
        c_hat, s_hat, alpha_hat = _rotation(alpha_bar, damp)
        rho_old = rho
        c, s, rho = _rotation(alpha_hat, beta)
        theta_new, alpha_bar = s * alpha, c * alpha
        rho_bar_old, zeta_old = rho_bar, zeta
        theta_bar, rho_temp = s_bar * rho, c_bar * rho
        c_bar, s_bar, rho_bar = _rotation(c_bar * rho, theta_new)
        zeta, zeta_bar = c_bar * zeta_bar, -s_bar * zeta_bar
        h_bar = h - h_bar * (theta_bar * rho / (rho_old * rho_bar_old))
        x = x + (zeta / (rho * rho_bar)) * h_bar
        h = v - h * (theta_new / rho)
        # ||r||
        beta_acute, beta_check = c_hat * beta_dd, -s_hat * beta_dd
        beta_hat, beta_dd = c * beta_acute, -s * beta_acute
        theta_tilde_old = theta_tilde
        c_tilde, s_tilde, rho_tilde = _rotation(rho_d_old, theta_bar)
        theta_tilde, rho_d_old = s_tilde * rho_bar, c_tilde * rho_bar
        beta_d = -s_tilde * beta_d + c_tilde * beta_hat
        tau_tilde_old = (zeta_old - theta_tilde_old * tau_tilde_old) / rho_tilde
        tau_d = (zeta - theta_tilde * tau_tilde_old) / rho_d_old
        d += beta_check**2
        norm_r = math.sqrt(d + (beta_d - tau_d) ** 2 + beta_dd**2)
        # ||A||, cond(A), ||A^T r||, ||x||
        norm_a2 += beta**2
        norm_a = math.sqrt(norm_a2)
        norm_a2 += alpha**2
        largest = max(largest, rho_bar_old)
        if iteration > 1:
            smallest = min(smallest, rho_bar_old)
        condition = max(largest, rho_temp) / min(smallest, rho_temp)
        norm_ar, norm_x = abs(zeta_bar), float(np.linalg.norm(x))
        # Stopping rules: the first that holds is the reason.
        test1 = norm_r / norm_b
        test2 = norm_ar / (norm_a * norm_r) if norm_a * norm_r != 0 else math.inf
        test3 = 1 / condition
        machine1 = test1 / (1 + norm_a * norm_x / norm_b)
        tolerance = btol + atol * norm_a * norm_x / norm_b
        reasons = [
            (1, test1 <= tolerance),
            (2, test2 <= atol),
            (3, test3 <= (1 / conlim if conlim > 0 else 0)),
            (4, 1 + machine1 <= 1),
            (5, 1 + test2 <= 1),
            (6, 1 + test3 <= 1),
            (7, iteration >= maxiter),
        ]
        met = [reason for reason, holds in reasons if holds]
        if met:
            return x, met[0]
    return x, 7


def _unit(vector):
    norm = float(np.linalg.norm(vector))
    return norm, vector / norm if norm > 0 else vector


def _rotation(a, b):
    r = math.hypot(a, b)
    return (a / r, b / r, r) if r > 0 else (1.0, 0.0, 0.0)
