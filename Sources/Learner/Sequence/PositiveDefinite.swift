/// A symmetric positive definite matrix, for solving linear systems by Cholesky's factorisation.
struct PositiveDefinite {
    let size: Int
    /// Row-major; after `factor` the lower triangle holds the factor.
    private var rows: [Double]

    /// - Precondition: `rows` has size × size numbers; only the lower triangle is read.
    init(size: Int, rows: [Double]) {
        precondition(rows.count == size * size)
        self.size = size
        self.rows = rows
    }

    /// Factorises in place, row by row; size³ / 3 multiplications.
    /// - Returns: false where the matrix is not positive definite.
    mutating func factor() -> Bool {
        let size = size
        return rows.withUnsafeMutableBufferPointer { a in
            for i in 0..<size {
                for j in 0...i {
                    let sum = a[i * size + j] - Self.dot(a, i * size, j * size, j)
                    if i == j {
                        guard sum > 0, sum.isFinite else { return false }
                        a[i * size + i] = sum.squareRoot()
                    } else {
                        a[i * size + j] = sum / a[j * size + j]
                    }
                }
            }
            return true
        }
    }

    @inline(__always)
    private static func dot(_ a: UnsafeMutableBufferPointer<Double>, _ x: Int, _ y: Int, _ count: Int) -> Double {
        var first = SIMD4<Double>.zero
        var second = first
        var k = 0
        while k + 8 <= count {
            first += four(a, x + k) * four(a, y + k)
            second += four(a, x + k + 4) * four(a, y + k + 4)
            k += 8
        }
        let sums = first + second
        var sum = (sums[0] + sums[1]) + (sums[2] + sums[3])
        while k < count {
            sum += a[x + k] * a[y + k]
            k += 1
        }
        return sum
    }

    @inline(__always)
    private static func four(_ a: UnsafeMutableBufferPointer<Double>, _ place: Int) -> SIMD4<Double> {
        UnsafeRawBufferPointer(a).loadUnaligned(fromByteOffset: 8 * place, as: SIMD4<Double>.self)
    }

    /// Columns solved together: their panel stays in the processor's cache.
    private static let panel = 64

    /// Solves for every column of `right` (row-major, size × columns), in place. 2 × size² × columns multiplications.
    /// - Precondition: `factor` returned true; `right` has size × columns numbers.
    func solve(_ right: inout [Double], columns: Int) {
        precondition(right.count == size * columns)
        var work = [Double](repeating: 0, count: size * Self.panel)
        for start in stride(from: 0, to: columns, by: Self.panel) {
            let width = min(Self.panel, columns - start)
            for row in 0..<size {
                for column in 0..<width { work[row * Self.panel + column] = right[row * columns + start + column] }
            }
            substitute(&work)
            for row in 0..<size {
                for column in 0..<width { right[row * columns + start + column] = work[row * Self.panel + column] }
            }
        }
    }

    private func substitute(_ work: inout [Double]) {
        rows.withUnsafeBufferPointer { a in
            work.withUnsafeMutableBufferPointer { y in
                for i in 0..<size {
                    for k in 0..<i { Self.subtract(y, i, k, a[i * size + k]) }
                    Self.divide(y, i, a[i * size + i])
                }
                for i in stride(from: size - 1, through: 0, by: -1) {
                    Self.divide(y, i, a[i * size + i])
                    for k in 0..<i { Self.subtract(y, k, i, a[i * size + k]) }
                }
            }
        }
    }

    /// y[target] -= factor × y[source], over a panel.
    @inline(__always)
    private static func subtract(
        _ y: UnsafeMutableBufferPointer<Double>, _ target: Int, _ source: Int, _ factor: Double
    ) {
        for column in 0..<panel { y[target * panel + column] -= factor * y[source * panel + column] }
    }

    @inline(__always)
    private static func divide(_ y: UnsafeMutableBufferPointer<Double>, _ row: Int, _ divisor: Double) {
        for column in 0..<panel { y[row * panel + column] /= divisor }
    }
}
