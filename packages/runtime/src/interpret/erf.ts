/**
 * The error function, to a relative error of 4e-16.
 *
 *   erf(x) = x R1(x^2)                                                   |x| <= 0.5
 *   1 - erf(x) = exp(-x^2) R2(x)                                         0.5 < x <= 4
 *   1 - erf(x) = exp(-x^2) / x (1 / sqrt(pi) + R3(1 / x^2) / x^2)        x > 4
 *
 * with R1, R2, R3 the rational minimax approximations of W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969), 631-637, at their highest degrees, with coefficients
 * rounded to float64.
 */
export function erf(x: number): number {
	const size = Math.abs(x)
	if (size <= 0.5) return (x * polynomial(near.numerator, x * x)) / polynomial(near.denominator, x * x)
	// 1 - erf(6) is below half a unit in the last place of 1. NaN goes on and stays NaN.
	if (size >= 6) return Math.sign(x)
	return Math.sign(x) * (1 - Math.exp(-size * size) * (size <= 4 ? middleTail(size) : farTail(size)))
}

function middleTail(x: number): number {
	return polynomial(middle.numerator, x) / polynomial(middle.denominator, x)
}

function farTail(x: number): number {
	const z = 1 / (x * x)
	return (1 / Math.sqrt(Math.PI) + (z * polynomial(far.numerator, z)) / polynomial(far.denominator, z)) / x
}

/** Horner's rule; the coefficient of the highest power comes first. */
function polynomial(coefficients: Float64Array, x: number): number {
	let sum = 0
	for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i]!
	return sum
}

const near = {
	numerator: Float64Array.of(
		0.18577770618460315,
		3.1611237438705655,
		113.86415415105016,
		377.485237685302,
		3209.3775891384694,
	),
	denominator: Float64Array.of(1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171),
}

const middle = {
	numerator: Float64Array.of(
		2.1531153547440383e-8,
		0.5641884969886701,
		8.883149794388377,
		66.11919063714163,
		298.6351381974001,
		881.952221241769,
		1712.0476126340707,
		2051.0783778260716,
		1230.3393547979972,
	),
	denominator: Float64Array.of(
		1,
		15.744926110709835,
		117.6939508913125,
		537.1811018620099,
		1621.3895745666903,
		3290.7992357334597,
		4362.619090143247,
		3439.3676741437216,
		1230.3393548037495,
	),
}

const far = {
	numerator: Float64Array.of(
		-0.016315387137302097,
		-0.30532663496123236,
		-0.36034489994980445,
		-0.12578172611122926,
		-0.016083785148742275,
		-0.0006587491615298378,
	),
	denominator: Float64Array.of(
		1,
		2.568520192289822,
		1.8729528499234673,
		0.5279051029514285,
		0.06051834131244132,
		0.0023352049762686918,
	),
}
