// The table of the level whose file includes this last.

const ck_matrix_kernels CK_TABLE = {
    .level = CK_TABLE_LEVEL,
    .multiply_f32 = multiply_f32,
    .multiply_i16 = multiply_i16,
    .quantize = quantize,
    .normalize = normalize,
    .attend_f32 = attend_f32,
    .attend_i16 = attend_i16,
};
