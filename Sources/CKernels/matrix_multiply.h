// Rows times a panel, for the level whose file includes this after matrix_lanes.h. A tile of up to CK_TILE_ROWS rows by
// two vectors of columns is summed in registers; each count of rows is a function of its own, so that the compiler knows
// the registers.

enum { CK_TILE_COLUMNS = 2 * CK_LANES };

/// Applies bias and residual on the way out of the registers; GELU follows on the stored tile.
CK_INLINE void finish(vf sum, const ck_target *target, int row, int column) {
    float *out = target->out + (size_t)row * target->stride + column;
    if (target->bias) sum += load_f(target->bias + column);
    if (target->then == CK_THEN_ADD) sum += load_f(out);
    store_f(out, sum);
}

CK_INLINE void gelu_rows(const ck_target *target, int row, int rows, int column) {
    for (int r = row; r < row + rows; r++) {
        float *out = target->out + (size_t)r * target->stride + column;
        vf left = gelu(load_f(out)), right = gelu(load_f(out + CK_LANES));
        store_f(out, left);
        store_f(out + CK_LANES, right);
    }
}

/// Asks for the cache line that this step will need in the next panel, which follows this one, and so for its neighbour,
/// which processors fetch with it. For a few rows the weights come from memory no faster than they are used: a panel must
/// be on its way while the one before it is worked on.
CK_INLINE void fetch_next(const void *weights, size_t panel_bytes) {
    __builtin_prefetch((const char *)weights + panel_bytes, 0, 2);
}

// Tiles are unrolled by the preprocessor: an array of sums stays in registers only while every index is a constant.
#if CK_TILE_ROWS == 14
#define CK_EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)
#elif CK_TILE_ROWS == 6
#define CK_EACH_ROW(X) X(0) X(1) X(2) X(3) X(4) X(5)
#endif

/// Where the next step reads its rows. Four pointers and one distance reach fourteen rows by the processor's own
/// addressing (base + 1, 2, 4 or 8 times an index), so that a step spends few instructions on addresses.
typedef struct {
    const char *row0, *row3, *row5, *row10;
    size_t stride;
} tile_rows;

CK_INLINE tile_rows rows_from(const void *a, size_t stride) {
    const char *first = a;
    return (tile_rows){first, first + 3 * stride, first + 5 * stride, first + 10 * stride, stride};
}

CK_INLINE const char *row_at(const tile_rows *t, const int row) {
    switch (row) {
    case 3: return t->row3;
    case 5: return t->row5;
    case 6: return t->row5 + t->stride;
    case 7: return t->row5 + 2 * t->stride;
    case 9: return t->row5 + 4 * t->stride;
    case 10: return t->row10;
    case 11: return t->row3 + 8 * t->stride;
    case 12: return t->row10 + 2 * t->stride;
    case 13: return t->row5 + 8 * t->stride;
    default: return t->row0 + (size_t)row * t->stride;
    }
}

/// Moves on by some bytes. The compiler must not see how the pointers hang together: it would add up each row's address.
CK_INLINE void move_on(tile_rows *t, const int rows, const int bytes) {
#if defined(__x86_64__)
#define CK_MOVE(pointer, first)                                                                                        \
    if (rows > first) {                                                                                                \
        t->pointer += bytes;                                                                                           \
        __asm__("" : "+r"(t->pointer));                                                                                \
    }
#else
#define CK_MOVE(pointer, first) t->pointer += bytes;
#endif
    CK_MOVE(row0, 0) CK_MOVE(row3, 3) CK_MOVE(row5, 5) CK_MOVE(row10, 10)
#undef CK_MOVE
}

CK_INLINE void step_f32(vf (*sums)[2], const int rows, const tile_rows *at, const int step, const float *weights) {
    vf left = load_f(weights), right = load_f(weights + CK_LANES);
#define CK_STEP(r)                                                                                                     \
    if (r < rows) {                                                                                                    \
        float value;                                                                                                   \
        memcpy(&value, row_at(at, r) + 4 * step, sizeof value);                                                        \
        vf x = all_f(value);                                                                                           \
        sums[r][0] = fused(x, left, sums[r][0]);                                                                       \
        sums[r][1] = fused(x, right, sums[r][1]);                                                                      \
    }
    CK_EACH_ROW(CK_STEP)
#undef CK_STEP
}

CK_INLINE void tile_f32(const int rows, const float *a, size_t stride, const float *panel, int depth,
                        const ck_target *target, int row, int column) {
    vf sums[CK_TILE_ROWS][2];
#define CK_CLEAR(r) sums[r][0] = sums[r][1] = (vf){0};
    CK_EACH_ROW(CK_CLEAR)
    tile_rows at = rows_from(a, stride * sizeof(float));
    const size_t panel_bytes = (size_t)depth * CK_PANEL_COLUMNS * sizeof(float);
    int left = depth;
    for (; left >= 2; left -= 2, panel += 2 * CK_PANEL_COLUMNS) {
        fetch_next(panel, panel_bytes);
        step_f32(sums, rows, &at, 0, panel);
        fetch_next(panel + CK_PANEL_COLUMNS, panel_bytes);
        step_f32(sums, rows, &at, 1, panel + CK_PANEL_COLUMNS);
        move_on(&at, rows, 8);
    }
    if (left) step_f32(sums, rows, &at, 0, panel);
#define CK_FINISH(r)                                                                                                   \
    if (r < rows) {                                                                                                    \
        finish(sums[r][0], target, row + r, column);                                                                   \
        finish(sums[r][1], target, row + r, column + CK_LANES);                                                        \
    }
    CK_EACH_ROW(CK_FINISH)
#undef CK_FINISH
}

CK_INLINE void step_i16(pair_sums (*sums)[2], const int rows, const tile_rows *at, const int step,
                        const int16_t *weights) {
    vi left = load_i(weights), right = load_i(weights + 2 * CK_LANES);
#define CK_STEP(r)                                                                                                     \
    if (r < rows) {                                                                                                    \
        int32_t pair;                                                                                                  \
        memcpy(&pair, row_at(at, r) + 4 * step, sizeof pair);                                                          \
        vi x = all_i(pair);                                                                                            \
        sums[r][0] = add_pairs(sums[r][0], x, left);                                                                   \
        sums[r][1] = add_pairs(sums[r][1], x, right);                                                                  \
    }
    CK_EACH_ROW(CK_STEP)
#undef CK_STEP
}

CK_INLINE void tile_i16(const int rows, const int16_t *a, size_t stride, const float *steps, const int16_t *panel,
                        int depth, const float *column_steps, const ck_target *target, int row, int column) {
    enum { pairs = 2 * CK_PANEL_COLUMNS };
    pair_sums sums[CK_TILE_ROWS][2];
#define CK_CLEAR_PAIRS(r) sums[r][0] = sums[r][1] = (pair_sums){0};
    CK_EACH_ROW(CK_CLEAR_PAIRS)
    tile_rows at = rows_from(a, stride * sizeof(int16_t));
    const size_t panel_bytes = (size_t)depth * CK_PANEL_COLUMNS * sizeof(int16_t);
    int left = depth / 2;
    for (; left >= 2; left -= 2, panel += 2 * pairs) {
        fetch_next(panel, panel_bytes);
        step_i16(sums, rows, &at, 0, panel);
        fetch_next(panel + pairs, panel_bytes);
        step_i16(sums, rows, &at, 1, panel + pairs);
        move_on(&at, rows, 8);
    }
    if (left) step_i16(sums, rows, &at, 0, panel);
    vf left_steps = load_f(column_steps), right_steps = load_f(column_steps + CK_LANES);
#define CK_FINISH(r)                                                                                                   \
    if (r < rows) {                                                                                                    \
        vf step = all_f(steps[r]);                                                                                     \
        finish(__builtin_convertvector(total(sums[r][0]), vf) * (left_steps * step), target, row + r, column);         \
        finish(__builtin_convertvector(total(sums[r][1]), vf) * (right_steps * step), target, row + r,                 \
               column + CK_LANES);                                                                                     \
    }
    CK_EACH_ROW(CK_FINISH)
#undef CK_FINISH
}

#define CK_CASE(n, call)                                                                                               \
    case n: {                                                                                                          \
        enum { rows = n };                                                                                             \
        call;                                                                                                          \
        break;                                                                                                         \
    }
#if CK_TILE_ROWS == 14
#define CK_EACH_TILE(call)                                                                                             \
    CK_CASE(1, call) CK_CASE(2, call) CK_CASE(3, call) CK_CASE(4, call) CK_CASE(5, call) CK_CASE(6, call)              \
    CK_CASE(7, call) CK_CASE(8, call) CK_CASE(9, call) CK_CASE(10, call) CK_CASE(11, call) CK_CASE(12, call)           \
    CK_CASE(13, call) CK_CASE(14, call)
#elif CK_TILE_ROWS == 6
#define CK_EACH_TILE(call)                                                                                             \
    CK_CASE(1, call) CK_CASE(2, call) CK_CASE(3, call) CK_CASE(4, call) CK_CASE(5, call) CK_CASE(6, call)
#endif

/// Rows of the tile at `row` when `left` rows are left: all tiles of a matrix have nearly the same height.
CK_INLINE int tile_height(int left) {
    int tiles = (left + CK_TILE_ROWS - 1) / CK_TILE_ROWS;
    return (left + tiles - 1) / tiles;
}

static void panel_f32(const float *a, size_t stride, int count, const float *panel, int depth, const ck_target *target) {
    for (int row = 0, height; row < count; row += height) {
        height = tile_height(count - row);
        const float *rows_at = a + (size_t)row * stride;
        for (int column = 0; column < CK_PANEL_COLUMNS; column += CK_TILE_COLUMNS) {
            switch (height) { CK_EACH_TILE(tile_f32(rows, rows_at, stride, panel + column, depth, target, row, column)) }
            if (target->then == CK_THEN_GELU) gelu_rows(target, row, height, column);
        }
    }
}

static void panel_i16(const int16_t *a, size_t stride, const float *steps, int count, const int16_t *panel, int depth,
                      const float *column_steps, const ck_target *target) {
    for (int row = 0, height; row < count; row += height) {
        height = tile_height(count - row);
        const int16_t *rows_at = a + (size_t)row * stride;
        for (int column = 0; column < CK_PANEL_COLUMNS; column += CK_TILE_COLUMNS) {
            switch (height) {
                CK_EACH_TILE(tile_i16(rows, rows_at, stride, steps + row, panel + 2 * column, depth,
                                      column_steps + column, target, row, column))
            }
            if (target->then == CK_THEN_GELU) gelu_rows(target, row, height, column);
        }
    }
}

/// A panel with fewer columns goes through a whole one beside it, a few rows at a time.
typedef struct {
    float values[CK_TILE_ROWS * CK_PANEL_COLUMNS];
    ck_target target;
} narrow;

CK_INLINE void narrow_open(narrow *n, const ck_target *target, int row, int rows) {
    n->target = (ck_target){n->values, CK_PANEL_COLUMNS, CK_PANEL_COLUMNS, target->bias, target->then};
    if (target->then != CK_THEN_ADD) return;
    memset(n->values, 0, sizeof n->values);
    for (int r = 0; r < rows; r++)
        memcpy(n->values + r * CK_PANEL_COLUMNS, target->out + (size_t)(row + r) * target->stride,
               (size_t)target->columns * sizeof(float));
}

CK_INLINE void narrow_close(const narrow *n, const ck_target *target, int row, int rows) {
    for (int r = 0; r < rows; r++)
        memcpy(target->out + (size_t)(row + r) * target->stride, n->values + r * CK_PANEL_COLUMNS,
               (size_t)target->columns * sizeof(float));
}

static void multiply_f32(const float *a, size_t stride, int rows, const float *panel, int depth, const ck_target *target) {
    if (target->columns == CK_PANEL_COLUMNS) return panel_f32(a, stride, rows, panel, depth, target);
    narrow n;
    for (int row = 0, height; row < rows; row += height) {
        height = tile_height(rows - row);
        narrow_open(&n, target, row, height);
        panel_f32(a + (size_t)row * stride, stride, height, panel, depth, &n.target);
        narrow_close(&n, target, row, height);
    }
}

static void multiply_i16(const int16_t *a, size_t stride, const float *steps, int rows, const int16_t *panel, int depth,
                         const float *column_steps, const ck_target *target) {
    if (target->columns == CK_PANEL_COLUMNS)
        return panel_i16(a, stride, steps, rows, panel, depth, column_steps, target);
    narrow n;
    for (int row = 0, height; row < rows; row += height) {
        height = tile_height(rows - row);
        narrow_open(&n, target, row, height);
        panel_i16(a + (size_t)row * stride, stride, steps + row, height, panel, depth, column_steps, &n.target);
        narrow_close(&n, target, row, height);
    }
}
