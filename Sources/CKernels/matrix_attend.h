// Attention of one head, for the level whose file includes this after matrix_multiply.h and matrix_rows.h. Keys become
// the columns of panels and values one panel of CK_HEAD_WIDTH columns; the queries go through in tiles, whose scores stay
// in the first-level cache.

CK_INLINE int round_up(int n, int unit) { return (n + unit - 1) / unit * unit; }

/// Takes `count` elements of `size` bytes off the scratch memory.
CK_INLINE void *take(char **scratch, size_t count, size_t size) {
    void *taken = *scratch;
    *scratch += (count * size + 63) / 64 * 64;
    return taken;
}

/// Scores to e^(score - greatest), zero from `keys` to `padded`; returns their sum.
CK_INLINE float weigh(float *scores, int keys, int padded) {
    for (int k = keys; k < padded; k++) scores[k] = -3e38f;
    vf greatest = load_f(scores), sums = {0};
    for (int k = CK_LANES; k < padded; k += CK_LANES) greatest = __builtin_elementwise_max(greatest, load_f(scores + k));
    float top = max_of(greatest);
    for (int k = 0; k < padded; k += CK_LANES) {
        vf weight = exponential(load_f(scores + k) - top);
        store_f(scores + k, weight);
        sums += weight;
    }
    for (int k = keys; k < padded; k++) scores[k] = 0;
    return sum_of(sums);
}

static void attend_f32(const ck_head *head, void *memory, float *out, size_t out_stride) {
    const int keys = head->rows, padded = round_up(keys, CK_PANEL_COLUMNS);
    const float scale = 1.0f / sqrtf(CK_HEAD_WIDTH);
    char *scratch = memory;
    float *key_panels = take(&scratch, (size_t)padded * CK_HEAD_WIDTH, sizeof(float));
    float *value_panel = take(&scratch, (size_t)keys * CK_HEAD_WIDTH, sizeof(float));
    float *scores = take(&scratch, (size_t)padded * CK_TILE_ROWS, sizeof(float));
    memset(key_panels, 0, (size_t)padded * CK_HEAD_WIDTH * sizeof(float));
    for (int k = 0; k < keys; k++) {
        const float *key = head->key + (size_t)k * head->stride;
        float *panel = key_panels + (size_t)(k / CK_PANEL_COLUMNS) * CK_PANEL_COLUMNS * CK_HEAD_WIDTH;
        for (int d = 0; d < CK_HEAD_WIDTH; d++) panel[d * CK_PANEL_COLUMNS + k % CK_PANEL_COLUMNS] = key[d] * scale;
        memcpy(value_panel + (size_t)k * CK_HEAD_WIDTH, head->value + (size_t)k * head->stride,
               CK_HEAD_WIDTH * sizeof(float));
    }
    for (int row = 0, height; row < keys; row += height) {
        height = tile_height(keys - row);
        for (int k = 0; k < padded; k += CK_PANEL_COLUMNS) {
            ck_target target = {scores + k, (size_t)padded, CK_PANEL_COLUMNS, 0, CK_THEN_STORE};
            panel_f32(head->query + (size_t)row * head->stride, head->stride, height,
                      key_panels + (size_t)k * CK_HEAD_WIDTH, CK_HEAD_WIDTH, &target);
        }
        for (int r = 0; r < height; r++) {
            float *weights = scores + (size_t)r * padded, inverse = 1.0f / weigh(weights, keys, padded);
            for (int k = 0; k < padded; k += CK_LANES) store_f(weights + k, load_f(weights + k) * inverse);
        }
        ck_target target = {out + (size_t)row * out_stride, out_stride, CK_HEAD_WIDTH, 0, CK_THEN_STORE};
        panel_f32(scores, (size_t)padded, height, value_panel, keys, &target);
    }
}

/// Keys in 16-bit integers, a step each, to panels of pairs: four bytes are moved at a time.
CK_INLINE void pack_keys(const int16_t *keys, int count, int32_t *panels) {
    enum { pairs = CK_HEAD_WIDTH / 2 };
    for (int first = 0; first < count; first += CK_PANEL_COLUMNS) {
        int32_t *panel = panels + (size_t)first * pairs;
        int width = count - first < CK_PANEL_COLUMNS ? count - first : CK_PANEL_COLUMNS;
        if (width < CK_PANEL_COLUMNS) memset(panel, 0, CK_PANEL_COLUMNS * pairs * sizeof(int32_t));
        for (int k = 0; k < width; k++) {
            int32_t row[pairs];
            memcpy(row, keys + (size_t)(first + k) * CK_HEAD_WIDTH, sizeof row);
            for (int p = 0; p < pairs; p++) panel[p * CK_PANEL_COLUMNS + k] = row[p];
        }
    }
}

/// Values to one panel of pairs of keys, with a step for each of the CK_HEAD_WIDTH columns by its greatest magnitude.
CK_INLINE void pack_values(const ck_head *head, int32_t *panel, float *steps) {
    for (int c = 0; c < CK_HEAD_WIDTH; c += CK_LANES) {
        const float *value = head->value + c;
        vf greatest = {0};
        for (int k = 0; k < head->rows; k++)
            greatest = __builtin_elementwise_max(greatest, __builtin_elementwise_abs(load_f(value + (size_t)k * head->stride)));
        vf step = __builtin_elementwise_max(greatest * (1.0f / 32767.0f), all_f(1e-30f)), inverse = 1.0f / step;
        store_f(steps + c, step);
        for (int k = 0; k < head->rows; k += 2) {
            const float *even = value + (size_t)k * head->stride;
            vi low = nearest(load_f(even) * inverse), high = {0};
            if (k + 1 < head->rows) high = nearest(load_f(even + head->stride) * inverse);
            store_i(panel + (size_t)(k / 2) * CK_HEAD_WIDTH + c, (low & 0xffff) | (high << 16));
        }
    }
}

/// Weights of sum `sum` to 16-bit integers. In steps they sum to at most 65000 plus half a step each, and values have at
/// most 32767: no part of the sum of their products leaves 32 bits for up to CK_ATTENTION_ROWS_MAX keys.
CK_INLINE float quantize_weights(const float *weights, float sum, int padded, int16_t *out) {
    float factor = 65000.0f / sum;
    if (factor > 32767.0f) factor = 32767.0f;
    for (int k = 0; k < padded; k += CK_LANES) {
        vs narrow_values = __builtin_convertvector(nearest(load_f(weights + k) * factor), vs);
        memcpy(out + k, &narrow_values, sizeof narrow_values);
    }
    return 1.0f / (factor * sum);
}

static void attend_i16(const ck_head *head, void *memory, float *out, size_t out_stride) {
    const int keys = head->rows, padded = round_up(keys, CK_PANEL_COLUMNS);
    const float scale = 1.0f / sqrtf(CK_HEAD_WIDTH);
    char *scratch = memory;
    int16_t *rows16 = take(&scratch, (size_t)keys * CK_HEAD_WIDTH, sizeof(int16_t));
    float *row_steps = take(&scratch, (size_t)keys, sizeof(float));
    int32_t *key_panels = take(&scratch, (size_t)padded * CK_HEAD_WIDTH / 2, sizeof(int32_t));
    float *key_steps = take(&scratch, (size_t)padded, sizeof(float));
    int32_t *value_panel = take(&scratch, (size_t)(keys + 1) / 2 * CK_HEAD_WIDTH, sizeof(int32_t));
    float *value_steps = take(&scratch, CK_HEAD_WIDTH, sizeof(float));
    float *scores = take(&scratch, (size_t)padded * CK_TILE_ROWS, sizeof(float));
    int16_t *weights = take(&scratch, (size_t)padded * CK_TILE_ROWS, sizeof(int16_t));
    float weight_steps[CK_TILE_ROWS];

    quantize(head->key, head->stride, keys, CK_HEAD_WIDTH, rows16, CK_HEAD_WIDTH, key_steps);
    for (int k = 0; k < padded; k++) key_steps[k] = k < keys ? key_steps[k] * scale : 0.0f;
    pack_keys(rows16, keys, key_panels);
    pack_values(head, value_panel, value_steps);
    quantize(head->query, head->stride, keys, CK_HEAD_WIDTH, rows16, CK_HEAD_WIDTH, row_steps);

    for (int row = 0, height; row < keys; row += height) {
        height = tile_height(keys - row);
        for (int k = 0; k < padded; k += CK_PANEL_COLUMNS) {
            ck_target target = {scores + k, (size_t)padded, CK_PANEL_COLUMNS, 0, CK_THEN_STORE};
            panel_i16(rows16 + (size_t)row * CK_HEAD_WIDTH, CK_HEAD_WIDTH, row_steps + row, height,
                      (const int16_t *)(key_panels + (size_t)k * CK_HEAD_WIDTH / 2), CK_HEAD_WIDTH, key_steps + k, &target);
        }
        for (int r = 0; r < height; r++) {
            float *of_row = scores + (size_t)r * padded, sum = weigh(of_row, keys, padded);
            weight_steps[r] = quantize_weights(of_row, sum, padded, weights + (size_t)r * padded);
        }
        ck_target target = {out + (size_t)row * out_stride, out_stride, CK_HEAD_WIDTH, 0, CK_THEN_STORE};
        panel_i16(weights, (size_t)padded, weight_steps, height, (const int16_t *)value_panel, round_up(keys, 2),
                  value_steps, &target);
    }
}
