// Weights to panels. Done once at start: each weight is read in order, and a panel is written while it is in the cache.

#include <math.h>
#include <string.h>

#include "include/matrix.h"

void ck_pack_f32(const float *weights, int columns, int depth, float *panels) {
    for (int first = 0; first < columns; first += CK_PANEL_COLUMNS) {
        int width = columns - first < CK_PANEL_COLUMNS ? columns - first : CK_PANEL_COLUMNS;
        const float *rows = weights + (size_t)first * (size_t)depth;
        for (int k = 0; k < depth; k++, panels += CK_PANEL_COLUMNS)
            for (int c = 0; c < CK_PANEL_COLUMNS; c++) panels[c] = c < width ? rows[(size_t)c * (size_t)depth + k] : 0.0f;
    }
}

/// Sixteen sums side by side, so that the compiler may use vectors without changing the order of a sum.
static float step_of(const float *x, int count) {
    float squares[16] = {0}, greatest[16] = {0};
    int whole = count - count % 16;
    for (int k = 0; k < whole; k += 16) {
        for (int i = 0; i < 16; i++) {
            squares[i] += x[k + i] * x[k + i];
            greatest[i] = greatest[i] > fabsf(x[k + i]) ? greatest[i] : fabsf(x[k + i]);
        }
    }
    for (int k = whole; k < count; k++) {
        squares[0] += x[k] * x[k];
        greatest[0] = greatest[0] > fabsf(x[k]) ? greatest[0] : fabsf(x[k]);
    }
    float sum = 0, most = 0;
    for (int i = 0; i < 16; i++) {
        sum += squares[i];
        most = most > greatest[i] ? most : greatest[i];
    }
    float by_norm = sqrtf(sum) / CK_NORM_MAX, by_range = most / 32767.0f;
    return by_norm > by_range ? by_norm : by_range;
}

/// Adding and taking away 1.5 * 2^23 rounds to the nearest integer without a call, which vectors can do.
static int16_t rounded(float x) {
    union {
        float value;
        int32_t bits;
    } sum = {x + 12582912.0f};
    return (int16_t)sum.bits;
}

void ck_pack_i16(const float *weights, int columns, int depth, int16_t *panels, float *steps) {
    int pairs = (depth + 1) / 2;
    for (int first = 0; first < columns; first += CK_PANEL_COLUMNS) {
        int16_t *panel = panels + (size_t)first * (size_t)pairs * 2;
        if (columns - first < CK_PANEL_COLUMNS || depth % 2)
            memset(panel, 0, (size_t)pairs * CK_PANEL_COLUMNS * 2 * sizeof(int16_t));
        for (int c = 0; c < CK_PANEL_COLUMNS; c++) {
            if (first + c >= columns) {
                steps[first + c] = 0;
                continue;
            }
            const float *row = weights + (size_t)(first + c) * (size_t)depth;
            float step = step_of(row, depth), inverse = step > 0 ? 1.0f / step : 0.0f;
            steps[first + c] = step;
            for (int k = 0; k < depth; k++) panel[((size_t)(k / 2) * CK_PANEL_COLUMNS + c) * 2 + k % 2] = rounded(row[k] * inverse);
        }
    }
}
