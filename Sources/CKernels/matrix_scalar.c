// The plain form of every kernel, for processors without another level and as the oracle of the tests.

#include <math.h>
#include <string.h>

#include "include/matrix.h"

static void store(float sum, const ck_target *target, int row, int column) {
    float *out = target->out + (size_t)row * target->stride + column;
    if (target->bias) sum += target->bias[column];
    switch (target->then) {
    case CK_THEN_STORE: *out = sum; break;
    case CK_THEN_GELU: *out = 0.5f * sum * (1.0f + erff(sum * 0.70710678f)); break;
    case CK_THEN_ADD: *out += sum; break;
    }
}

static void multiply_f32(const float *a, size_t stride, int rows, const float *panel, int depth, const ck_target *target) {
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < target->columns; c++) {
            float sum = 0;
            for (int k = 0; k < depth; k++) sum = fmaf(a[(size_t)r * stride + k], panel[(size_t)k * CK_PANEL_COLUMNS + c], sum);
            store(sum, target, r, c);
        }
    }
}

static void multiply_i16(const int16_t *a, size_t stride, const float *steps, int rows, const int16_t *panel, int depth,
                         const float *column_steps, const ck_target *target) {
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < target->columns; c++) {
            int32_t sum = 0;
            for (int k = 0; k < depth; k++)
                sum += a[(size_t)r * stride + k] * panel[((size_t)(k / 2) * CK_PANEL_COLUMNS + c) * 2 + k % 2];
            store((float)sum * (column_steps[c] * steps[r]), target, r, c);
        }
    }
}

static void quantize(const float *x, size_t stride, int rows, int columns, int16_t *out, size_t out_stride,
                     float *steps) {
    for (int r = 0; r < rows; r++, x += stride, out += out_stride) {
        float squares = 0, greatest = 0;
        for (int c = 0; c < columns; c++) {
            squares += x[c] * x[c];
            greatest = fmaxf(greatest, fabsf(x[c]));
        }
        steps[r] = fmaxf(sqrtf(squares) / CK_NORM_MAX, greatest / 32767.0f);
        float inverse = steps[r] > 0 ? 1.0f / steps[r] : 0.0f;
        for (int c = 0; c < columns; c++) out[c] = (int16_t)rintf(x[c] * inverse);
        if (columns % 2) out[columns] = 0;
    }
}

static void normalize(float *x, size_t stride, int rows, int columns, const float *gain, const float *bias,
                      float epsilon) {
    for (int r = 0; r < rows; r++, x += stride) {
        float sum = 0, squares = 0;
        for (int c = 0; c < columns; c++) sum += x[c];
        float mean = sum / (float)columns;
        for (int c = 0; c < columns; c++) squares += (x[c] - mean) * (x[c] - mean);
        float scale = 1.0f / sqrtf(squares / (float)columns + epsilon);
        for (int c = 0; c < columns; c++) x[c] = (x[c] - mean) * scale * gain[c] + bias[c];
    }
}

/// Turns scores into weights of sum 1.
static void softmax(float *scores, int count) {
    float greatest = scores[0], sum = 0;
    for (int k = 1; k < count; k++) greatest = fmaxf(greatest, scores[k]);
    for (int k = 0; k < count; k++) sum += scores[k] = expf(scores[k] - greatest);
    for (int k = 0; k < count; k++) scores[k] /= sum;
}

/// Both precisions: what attention gains from integers is speed, which this level does not have.
static void attend(const ck_head *head, void *scratch, float *out, size_t out_stride) {
    float *scores = scratch;
    for (int r = 0; r < head->rows; r++, out += out_stride) {
        const float *query = head->query + (size_t)r * head->stride;
        for (int k = 0; k < head->rows; k++) {
            float sum = 0;
            for (int d = 0; d < CK_HEAD_WIDTH; d++) sum += query[d] * head->key[(size_t)k * head->stride + d];
            scores[k] = sum / sqrtf(CK_HEAD_WIDTH);
        }
        softmax(scores, head->rows);
        for (int d = 0; d < CK_HEAD_WIDTH; d++) {
            float sum = 0;
            for (int k = 0; k < head->rows; k++) sum += scores[k] * head->value[(size_t)k * head->stride + d];
            out[d] = sum;
        }
    }
}

const ck_matrix_kernels ck_matrix_scalar = {
    .level = CK_LEVEL_SCALAR,
    .multiply_f32 = multiply_f32,
    .multiply_i16 = multiply_i16,
    .quantize = quantize,
    .normalize = normalize,
    .attend_f32 = attend,
    .attend_i16 = attend,
};
