// Functions of whole rows, for the level whose file includes this after matrix_lanes.h.

/// The step of a vector with this norm and this greatest magnitude; 0 for the zero vector.
CK_INLINE float step_for(float norm_squared, float greatest) {
    float by_norm = sqrtf(norm_squared) * (1.0f / CK_NORM_MAX), by_range = greatest * (1.0f / 32767.0f);
    return by_norm > by_range ? by_norm : by_range;
}

CK_INLINE void quantize_row(const float *x, int columns, int16_t *out, float *step) {
    vf squares[2] = {{0}, {0}}, greatest[2] = {{0}, {0}};
    int c = 0;
    for (; c + 2 * CK_LANES <= columns; c += 2 * CK_LANES) {
        for (int i = 0; i < 2; i++) {
            vf v = load_f(x + c + i * CK_LANES);
            squares[i] = fused(v, v, squares[i]);
            greatest[i] = __builtin_elementwise_max(greatest[i], __builtin_elementwise_abs(v));
        }
    }
    float sum = sum_of(squares[0] + squares[1]), most = max_of(__builtin_elementwise_max(greatest[0], greatest[1]));
    for (int t = c; t < columns; t++) {
        sum += x[t] * x[t];
        most = fabsf(x[t]) > most ? fabsf(x[t]) : most;
    }
    *step = step_for(sum, most);
    float inverse = *step > 0 ? 1.0f / *step : 0.0f;
    for (int v = 0; v < c; v += CK_LANES) {
        vs narrow_values = __builtin_convertvector(nearest(load_f(x + v) * inverse), vs);
        memcpy(out + v, &narrow_values, sizeof narrow_values);
    }
    for (int t = c; t < columns; t++) out[t] = (int16_t)rintf(x[t] * inverse);
    if (columns & 1) out[columns] = 0;
}

static void quantize(const float *x, size_t stride, int rows, int columns, int16_t *out, size_t out_stride,
                     float *steps) {
    for (int r = 0; r < rows; r++) quantize_row(x + (size_t)r * stride, columns, out + (size_t)r * out_stride, steps + r);
}

CK_INLINE void normalize_row(float *x, int columns, const float *gain, const float *bias, float epsilon) {
    int whole = columns - columns % CK_LANES;
    vf sums = {0}, squares = {0};
    for (int c = 0; c < whole; c += CK_LANES) sums += load_f(x + c);
    float sum = sum_of(sums);
    for (int c = whole; c < columns; c++) sum += x[c];
    float mean = sum / (float)columns;
    for (int c = 0; c < whole; c += CK_LANES) {
        vf d = load_f(x + c) - mean;
        squares = fused(d, d, squares);
    }
    float variance = sum_of(squares);
    for (int c = whole; c < columns; c++) variance += (x[c] - mean) * (x[c] - mean);
    float scale = 1.0f / sqrtf(variance / (float)columns + epsilon);
    for (int c = 0; c < whole; c += CK_LANES)
        store_f(x + c, fused((load_f(x + c) - mean) * scale, load_f(gain + c), load_f(bias + c)));
    for (int c = whole; c < columns; c++) x[c] = fmaf((x[c] - mean) * scale, gain[c], bias[c]);
}

static void normalize(float *x, size_t stride, int rows, int columns, const float *gain, const float *bias,
                      float epsilon) {
    for (int r = 0; r < rows; r++) normalize_row(x + (size_t)r * stride, columns, gain, bias, epsilon);
}
