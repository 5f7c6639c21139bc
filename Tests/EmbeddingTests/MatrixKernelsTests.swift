import TestSupport
import Testing

@testable import Embedding

@Suite struct MatrixKernelsTests {
    private func random(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    /// Rows, columns and depths that leave tails in every direction.
    private static let sizes = [(1, 32, 2), (3, 33, 7), (13, 64, 31), (14, 1, 64), (15, 95, 384), (29, 40, 65)]

    @Test func everyLevelMultipliesLikeAPlainSum() {
        for (rows, columns, depth) in Self.sizes {
            var generator = SeededGenerator(seed: UInt64(rows * 1_000 + depth))
            let a = random(rows * depth, &generator)
            let weights = random(columns * depth, &generator)
            let bias = random((columns + 31) / 32 * 32, &generator)
            let width = (columns + 31) / 32 * 32
            var panels = [Float](repeating: 0, count: width * depth)
            MatrixKernels.pack(weights, columns: columns, depth: depth, to: &panels)
            for kernels in MatrixKernels.supported() {
                var out = [Float](repeating: .nan, count: rows * columns)
                for start in stride(from: 0, to: columns, by: 32) {
                    out.withUnsafeMutableBufferPointer { out in
                        bias.withUnsafeBufferPointer { bias in
                            panels.withUnsafeBufferPointer { panels in
                                let target = MatrixKernels.target(
                                    out.baseAddress! + start, stride: columns, columns: min(32, columns - start),
                                    bias: bias.baseAddress! + start, then: .store)
                                kernels.multiply(
                                    a, stride: depth, rows: rows, panel: panels.baseAddress! + start * depth,
                                    depth: depth,
                                    to: target)
                            }
                        }
                    }
                }
                for row in 0..<rows {
                    for column in 0..<columns {
                        let sum = (0..<depth).reduce(Double(bias[column])) {
                            $0 + Double(a[row * depth + $1]) * Double(weights[column * depth + $1])
                        }
                        #expect(
                            abs(Double(out[row * columns + column]) - sum) < 1e-3,
                            "\(kernels.name) \(rows)×\(columns)×\(depth)")
                    }
                }
            }
        }
    }

    @Test func everyLevelNormalizesLikeTheScalarOne() {
        for columns in [1, 7, 16, 31, 384, 385] {
            var generator = SeededGenerator(seed: UInt64(columns))
            let rows = 3
            let x = random(rows * columns, &generator)
            let (gain, bias) = (random(columns, &generator), random(columns, &generator))
            let all = MatrixKernels.supported().map { kernels in
                var out = x
                kernels.normalize(
                    &out, stride: columns, rows: rows, columns: columns, gain: gain, bias: bias, epsilon: 1e-12)
                return out
            }
            for out in all { #expect(zip(out, all[0]).allSatisfy { abs($0 - $1) < 1e-4 }, "\(columns) columns") }
        }
    }
}
