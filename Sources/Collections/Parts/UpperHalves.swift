/// The upper halves of the codes of a part, as scans read them, and how far off a score is that is estimated by them: see
/// `VectorCodes`.
///
/// A view of memory that a part owns: whoever scans keeps the part.
struct UpperHalves {
    /// The first slot's, and the bytes from one slot's to the next one's.
    let base: UnsafePointer<UInt8>
    let stride: Int
    /// Bytes of halves for each slot.
    let bytes: Int
    let steps: Steps

    /// What one code stands for, and `width`, in all slots or in each.
    enum Steps {
        case common(scale: Float, width: Float)
        case each(scales: UnsafePointer<Float>, widths: UnsafePointer<Float>)
    }

    /// A lower half is so much on average.
    private static let lowerMean: Float = 7.5
    private static let deviations: Float = 5.5
    /// The standard deviation of numbers spread evenly over a range of one.
    private static let evenDeviation = 1 / Float(12).squareRoot()

    private static let sampleMax = 64

    /// Of a tail.
    init(_ base: UnsafePointer<UInt8>, bytes: Int, scales: UnsafePointer<Float>, widths: UnsafePointer<Float>) {
        self.base = base
        stride = bytes
        self.bytes = bytes
        steps = .each(scales: scales, widths: widths)
    }

    /// Of a segment.
    /// - Parameter width: that of all its rows.
    init(_ codes: VectorCodes, width: Float) {
        (base, stride) = codes.upperHalves
        bytes = codes.halfBytes
        steps = .common(scale: codes.scale, width: width)
    }

    /// How far off the worst of a sample of a segment's rows may be, found while they are coded.
    struct Width {
        let step: Int
        private(set) var value: Float = 0

        init(count: Int) { step = max(1, count / sampleMax) }

        mutating func consider(
            _ slot: Int, _ row: UnsafePointer<Float>, _ codes: UnsafePointer<Int8>, _ dimension: Int, scale: Float
        ) {
            if slot % step == 0 { value = max(value, UpperHalves.width(row, codes, dimension, scale: scale)) }
        }
    }

    /// The same of rows that are coded. O(sample × dimension)
    static func width(_ rows: VectorRows, _ codes: VectorCodes) -> Float {
        var width = Width(count: codes.count)
        for slot in Swift.stride(from: 0, to: codes.count, by: width.step) {
            width.consider(slot, rows.row(slot), codes.codes(slot), rows.dimension, scale: codes.scale)
        }
        return width.value
    }

    /// The products of a query with the halves of some slots, which ascend.
    func products(
        _ query: QueryVector, _ slots: UnsafeBufferPointer<UInt32>, into products: UnsafeMutablePointer<Int32>
    ) {
        guard let first = slots.first, let last = slots.last else { return }
        let codes = query.codes.base
        if Int(last) - Int(first) == slots.count - 1 {
            Kernels.best.dotHalves(
                codes, base + Int(first) * stride, stride: stride, bytes: bytes, count: slots.count, scores: products)
        } else {
            Kernels.best.dotHalves(codes, base, stride: stride, bytes: bytes, slots, scores: products)
        }
    }

    /// The score that a product speaks for, and how far off it may be.
    @inline(__always)
    func estimate(_ product: Int32, slot: Int, _ query: QueryVector) -> (value: Float, width: Float) {
        let (scale, width) =
            switch steps {
            case .common(let scale, let width): (scale, width)
            case .each(let scales, let widths): (scales[slot], widths[slot])
            }
        let codes = 16 * Float(product) + (Self.lowerMean - 128) * Float(query.codeSum)
        return (query.scale * scale * codes, width + Self.deviations * Self.evenDeviation * query.scale)
    }

    /// How far a score estimated by the upper halves may be off, for queries of length one.
    ///
    /// With row x = y + e, y being what the halves say, q·x is off by q·e. Where e has nothing to do with x it is a sum of many
    /// small errors of either sign, of deviation |e| / √dimension. Where few codes are large and most are small, halves lose the
    /// same of all that is small, and e follows x: then q·e is as large as the share of e along x lets it be, at most |e|.
    static func width(_ row: UnsafePointer<Float>, _ codes: UnsafePointer<Int8>, _ dimension: Int, scale: Float)
        -> Float
    {
        var (squared, along) = (Float(0), Float(0))
        for index in 0..<dimension {
            let upper = (Int32(codes[index]) + 128) >> 4
            let error = row[index] - scale * (16 * Float(upper) + lowerMean - 128)
            squared += error * error
            along += error * row[index]
        }
        let length = squared.squareRoot()
        return min(length, deviations * length / Float(dimension).squareRoot() + 2 * abs(along))
    }
}
