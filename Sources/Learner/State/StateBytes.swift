/// Bytes that are no state of this model.
public enum LearnerStateError: Error, Equatable, CustomStringConvertible {
    case kind(received: UInt32, allowed: UInt32)
    case version(received: UInt16, allowed: UInt16)
    case coefficients(received: UInt32, allowed: UInt32)
    case checksum
    case length(field: String, received: Int, allowed: String)

    public var description: String {
        switch self {
        case .kind(let received, let allowed): "the state's magic is \(received), allowed is \(allowed)"
        case .version(let received, let allowed): "the state's version is \(received), allowed is \(allowed)"
        case .coefficients(let received, let allowed):
            "the state belongs to coefficients \(received), these are \(allowed): replay the answers to move it"
        case .checksum: "the state's checksum does not fit its bytes"
        case .length(let field, let received, let allowed): "\(field) is \(received), allowed is \(allowed)"
        }
    }
}

/// What opens every stored state: 4 bytes magic, 2 version, 2 zero, 4 the coefficients' mark; 4 bytes of checksum end
/// it (FNV-1a over all before). Numbers are little-endian, floats by their IEEE bits.
enum StateHeader {
    /// Version 1 has no calibration and no last errors.
    static let version: UInt16 = 2
    static let oldestVersion: UInt16 = 1
    static let person: UInt32 = 0x5052_4C47
    static let question: UInt32 = 0x5152_4C47
    static let model: UInt32 = 0x4D52_4C47
    static let bytes = 12
    static let checksumBytes = 4

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return hash
    }
}

extension LearnerCoefficients {
    /// Tells sets of coefficients apart in stored states, by their name.
    var mark: UInt32 { StateHeader.checksum(ArraySlice(Array(name.utf8))) }
}

struct StateWriter {
    private(set) var bytes: [UInt8] = []

    init(kind: UInt32, mark: UInt32, capacity: Int) {
        bytes.reserveCapacity(capacity + StateHeader.bytes + StateHeader.checksumBytes)
        put(kind)
        put(StateHeader.version)
        put(UInt16(0))
        put(mark)
    }

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Float) { put(value.bitPattern) }

    mutating func put(_ value: Double) { put(value.bitPattern) }

    mutating func put(_ value: Bool) { put(UInt8(value ? 1 : 0)) }

    mutating func put(_ value: Gaussian) {
        put(value.mean)
        put(value.variance)
    }

    mutating func put(_ cell: RateCell) {
        put(cell.rate)
        put(cell.answers)
    }

    mutating func put(_ cell: ResidualCell) {
        put(cell.shift)
        put(cell.answers)
    }

    mutating func put(_ cell: ContextCell) {
        put(cell.shift)
        put(cell.answers)
        put(cell.tag)
    }

    mutating func put<Vector: SIMD<Float>>(_ vector: Vector) {
        for index in 0..<Vector.scalarCount { put(vector[index]) }
    }

    mutating func put(_ vector: FeatureVector) {
        for index in 0..<FeatureVector.scalarCount { put(vector[index]) }
    }

    mutating func finished() -> [UInt8] {
        put(StateHeader.checksum(bytes[...]))
        return bytes
    }
}

struct StateReader {
    /// Of the state that is read.
    private(set) var version = StateHeader.version
    private let bytes: [UInt8]
    private var place = 0
    private let end: Int

    init(_ bytes: [UInt8], kind: UInt32, mark: UInt32) throws(LearnerStateError) {
        self.bytes = bytes
        end = bytes.count - StateHeader.checksumBytes
        guard end >= StateHeader.bytes else {
            throw .length(
                field: "the state's bytes", received: bytes.count,
                allowed: "at least \(StateHeader.bytes + StateHeader.checksumBytes)")
        }
        let stored: UInt32 = Self.number(bytes, at: end)
        let foundKind = try integer(UInt32.self)
        guard foundKind == kind else { throw .kind(received: foundKind, allowed: kind) }
        version = try integer(UInt16.self)
        guard (StateHeader.oldestVersion...StateHeader.version).contains(version) else {
            throw .version(received: version, allowed: StateHeader.version)
        }
        guard StateHeader.checksum(bytes[..<end]) == stored else { throw .checksum }
        _ = try integer(UInt16.self)
        let found = try integer(UInt32.self)
        guard found == mark else { throw .coefficients(received: found, allowed: mark) }
    }

    private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], at place: Int) -> Number {
        var value: Number = 0
        for index in 0..<MemoryLayout<Number>.size {
            value |= Number(truncatingIfNeeded: bytes[place + index]) << Number(truncatingIfNeeded: 8 * index)
        }
        return value
    }

    mutating func integer<Number: FixedWidthInteger>(_: Number.Type) throws(LearnerStateError) -> Number {
        let size = MemoryLayout<Number>.size
        guard place + size <= end else {
            throw .length(field: "the state's bytes", received: bytes.count, allowed: "more")
        }
        defer { place += size }
        return Self.number(bytes, at: place)
    }

    mutating func float() throws(LearnerStateError) -> Float { Float(bitPattern: try integer(UInt32.self)) }

    mutating func double() throws(LearnerStateError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    mutating func flag() throws(LearnerStateError) -> Bool { try integer(UInt8.self) != 0 }

    mutating func gaussian() throws(LearnerStateError) -> Gaussian {
        Gaussian(mean: try float(), variance: try float())
    }

    mutating func rate() throws(LearnerStateError) -> RateCell { RateCell(rate: try float(), answers: try float()) }

    mutating func residual() throws(LearnerStateError) -> ResidualCell {
        ResidualCell(shift: try float(), answers: try float())
    }

    mutating func context() throws(LearnerStateError) -> ContextCell {
        ContextCell(shift: try float(), answers: try integer(UInt16.self), tag: try integer(UInt16.self))
    }

    mutating func vector<Vector: SIMD<Float>>(_: Vector.Type) throws(LearnerStateError) -> Vector {
        var vector = Vector()
        for index in 0..<Vector.scalarCount { vector[index] = try float() }
        return vector
    }

    mutating func features() throws(LearnerStateError) -> FeatureVector {
        var vector = FeatureVector()
        for index in 0..<FeatureVector.scalarCount { vector[index] = try float() }
        return vector
    }

    mutating func count(_ field: String, max: Int) throws(LearnerStateError) -> Int {
        let count = Int(try integer(UInt32.self))
        guard count <= max else { throw .length(field: field, received: count, allowed: "at most \(max)") }
        return count
    }

    /// - Throws: `LearnerStateError.length` where bytes are left.
    func finish() throws(LearnerStateError) {
        guard place == end else {
            throw .length(field: "bytes left of the state", received: end - place, allowed: "0")
        }
    }
}
