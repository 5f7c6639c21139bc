/// Where new points go: slots are appended until it is full, and searched one by one.
///
/// `@unchecked Sendable`: a slot is written once, by the one writer, before a state in which it is live is published
/// through a mutex, and never again; readers touch only slots live in their state. `count` is the writer's alone.
final class Tail: @unchecked Sendable {
    let capacity: Int
    let stride: Int
    /// Slots written. For the writer only.
    private(set) var count = 0
    let rows: UnsafePointer<Float>

    /// Upper halves of codes, at a scale of each row's own: whoever scans the tail beside walks reads an eighth as much.
    private let upper: UnsafeMutablePointer<UInt8>
    private let halfBytes: Int
    private let scales: UnsafeMutablePointer<Float>
    private let widths: UnsafeMutablePointer<Float>
    private let dimension: Int
    private let rowMemory: SlabMemory
    private let upperMemory: SlabMemory
    private let mutableRows: UnsafeMutablePointer<Float>
    private let keys: UnsafeMutablePointer<PointKey>
    private let payloads: UnsafeMutablePointer<StoredPayload>

    /// Memory is reserved for all slots and becomes resident as they are written.
    init(dimension: Int, capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        stride = VectorRows.stride(dimension: dimension)
        rowMemory = SlabMemory(bytes: VectorRows.bytes(dimension: dimension, count: capacity))
        mutableRows = rowMemory.base.bindMemory(to: Float.self, capacity: capacity * stride)
        rows = UnsafePointer(mutableRows)
        self.dimension = dimension
        halfBytes = NodeLayout.padded(dimension) / 2
        upperMemory = SlabMemory(bytes: capacity * halfBytes)
        upper = upperMemory.base.bindMemory(to: UInt8.self, capacity: capacity * halfBytes)
        scales = .allocate(capacity: capacity)
        widths = .allocate(capacity: capacity)
        keys = .allocate(capacity: capacity)
        payloads = .allocate(capacity: capacity)
    }

    deinit {
        payloads.deinitialize(count: count)
        payloads.deallocate()
        keys.deallocate()
        scales.deallocate()
        widths.deallocate()
    }

    var isFull: Bool { count == capacity }

    /// For the writer only; the tail must not be full. Returns the slot.
    func append(_ point: PreparedPoint) -> Int {
        precondition(!isFull && point.vector.count <= stride)
        let slot = count
        let row = mutableRows + slot * stride
        row.initialize(repeating: 0, count: stride)
        for (index, element) in point.vector.enumerated() { row[index] = element }
        quantise(row, slot)
        (keys + slot).initialize(to: point.key)
        (payloads + slot).initialize(to: point.payload)
        count += 1
        return slot
    }

    private func quantise(_ row: UnsafePointer<Float>, _ slot: Int) {
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: 2 * halfBytes) { codes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: halfBytes) { lower in
                guard let codes = codes.baseAddress, let lower = lower.baseAddress else { return }
                codes.initialize(repeating: 0, count: 2 * halfBytes)
                let scale = Kernels.best.quantise(row, dimension, codes: codes)
                (scales + slot).initialize(to: scale)
                (widths + slot).initialize(to: UpperHalves.width(row, codes, dimension, scale: scale))
                Kernels.part(codes, 2 * halfBytes, upper: upper + slot * halfBytes, lower: lower)
            }
        }
    }

    /// Slots that are not live in the reader's state may be unwritten.
    var halves: UpperHalves {
        UpperHalves(
            UnsafePointer(upper), bytes: halfBytes, scales: UnsafePointer(scales), widths: UnsafePointer(widths))
    }

    func row(_ slot: Int) -> UnsafePointer<Float> {
        precondition(slot >= 0 && slot < capacity)
        return rows + slot * stride
    }

    func key(_ slot: Int) -> PointKey {
        precondition(slot >= 0 && slot < capacity)
        return keys[slot]
    }

    func payload(_ slot: Int) -> StoredPayload {
        precondition(slot >= 0 && slot < capacity)
        return payloads[slot]
    }

    /// A field without a copy of the whole payload.
    func value(field: Int, _ slot: Int) -> StoredValue? {
        precondition(slot >= 0 && slot < capacity)
        return payloads[slot].values[field]
    }
}

/// A point checked against its schema, ready to be stored.
struct PreparedPoint: Sendable {
    let key: PointKey
    /// Unit length.
    let vector: [Float]
    let payload: StoredPayload
    /// What the payload may come to: see `PointMemory`.
    let payloadBytes: Int

    /// - Throws: `PointError`
    init(_ point: Point, schema: CollectionSchema) throws(PointError) {
        key = PointKey(point.id)
        do {
            vector = try UnitVector.normalise(point.vector, dimension: schema.dimension)
            payload = try StoredPayload(point.payload, schema: schema)
        } catch {
            throw PointError(collection: schema.name, id: point.id, reason: error)
        }
        payloadBytes = PointMemory.bytes(payload)
    }
}

/// Vectors of length one, so that a product is a cosine.
enum UnitVector {
    /// - Throws: the reason for which a vector has no direction in this space.
    static func normalise(_ vector: [Float], dimension: Int) throws(PointError.Reason) -> [Float] {
        guard vector.count == dimension else { throw .dimension(came: vector.count, allowed: dimension) }
        let squared = squaredLength(vector)
        // Squares of finite numbers and their sum are finite in double precision.
        if !squared.isFinite, let index = vector.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(element: index)
        }
        guard squared > 0 else { throw .zeroVector }
        // A vector of unit length stays as it is, bit for bit: normalising twice changes nothing.
        if abs(squared - 1) < 1e-6 { return vector }
        let factor = 1 / squared.squareRoot()
        return vector.map { Float(Double($0) * factor) }
    }

    private static func squaredLength(_ vector: [Float]) -> Double {
        let whole = vector.count - vector.count % 8
        var sums = SIMD8<Double>.zero
        for start in stride(from: 0, to: whole, by: 8) {
            var eight = SIMD8<Float>.zero
            for lane in 0..<8 { eight[lane] = vector[start + lane] }
            let wide = SIMD8<Double>(eight)
            sums += wide * wide
        }
        return vector[whole...].reduce(sums.sum()) { $0 + Double($1) * Double($1) }
    }
}
