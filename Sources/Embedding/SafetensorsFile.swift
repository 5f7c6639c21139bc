import Foundation

/// A safetensors file: named tensors behind a JSON header. It is mapped, and its header is checked so far that every
/// tensor it names can be read: inside the file, aligned, of the right length and apart from all others.
///
/// Format: eight bytes with the header's length, low byte first; the header, an object from names to type, shape and
/// offsets; the data, at which the offsets are aimed.
struct SafetensorsFile: Sendable {
    static let headerBytesMax = 4 << 20

    struct Tensor: Sendable, Equatable {
        let type: String
        let shape: [Int]
        /// Bytes behind the header.
        let range: Range<Int>
    }

    let path: String
    let tensors: [String: Tensor]
    private let file: MappedFile
    private let dataStart: Int

    /// - Throws: `ModelError.unreadable` or `ModelError.badSafetensors`.
    init(path: String) throws(ModelError) {
        self.path = path
        file = try MappedFile(path: path)
        do {
            (tensors, dataStart) = try Self.readHeader(file.bytes)
        } catch {
            throw ModelError.badSafetensors(path: path, error)
        }
    }

    /// The elements of a tensor of 32-bit floats; they live as long as this file.
    /// - Throws: `ModelError.wrongTensor` when it is missing or another type or shape.
    func floats(_ name: String, shape: [Int]) throws(ModelError) -> UnsafePointer<Float> {
        let expected = "F32 \(shape)"
        guard let tensor = tensors[name] else {
            throw ModelError.wrongTensor(path: path, name: name, expected: expected, found: "missing")
        }
        guard tensor.type == "F32", tensor.shape == shape, let base = file.bytes.baseAddress else {
            let found = "\(tensor.type) \(tensor.shape)"
            throw ModelError.wrongTensor(path: path, name: name, expected: expected, found: found)
        }
        return (base + dataStart + tensor.range.lowerBound).assumingMemoryBound(to: Float.self)
    }

    // MARK: The header

    /// Checks a whole file's header.
    static func readHeader(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) -> ([String: Tensor], Int) {
        guard bytes.count >= 8 else { throw .truncatedHeader(headerBytes: 8, fileBytes: bytes.count) }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(headerBytesMax) else {
            throw .headerTooLarge(headerBytes: length, headerBytesMax: headerBytesMax)
        }
        let dataStart = 8 + Int(length)
        guard dataStart <= bytes.count else { throw .truncatedHeader(headerBytes: length, fileBytes: bytes.count) }
        let tensors = try parse(Data(bytes[8..<dataStart]))
        for (name, tensor) in tensors { try check(tensor, name, dataStart: dataStart, fileBytes: bytes.count) }
        try checkApart(tensors)
        return (tensors, dataStart)
    }

    private static func parse(_ json: Data) throws(SafetensorsError) -> [String: Tensor] {
        let entries: [String: HeaderEntry]
        do {
            entries = try JSONDecoder().decode([String: HeaderEntry].self, from: json)
        } catch {
            throw .malformedHeader(reason: "\(error)")
        }
        var tensors: [String: Tensor] = [:]
        for (name, entry) in entries where name != "__metadata__" {
            guard let type = entry.dtype, let shape = entry.shape, let offsets = entry.dataOffsets else {
                throw .malformedHeader(reason: "the tensor \(name) lacks dtype, shape or data_offsets")
            }
            guard offsets.count == 2 else {
                throw .malformedHeader(reason: "the tensor \(name) has \(offsets.count) offsets instead of 2")
            }
            guard offsets[0] >= 0, offsets[0] <= offsets[1] else {
                throw .badOffsets(name: name, begin: offsets[0], end: offsets[1], dataBytes: 0)
            }
            tensors[name] = Tensor(type: type, shape: shape, range: offsets[0]..<offsets[1])
        }
        return tensors
    }

    private static func check(
        _ tensor: Tensor, _ name: String, dataStart: Int, fileBytes: Int
    ) throws(SafetensorsError) {
        let range = tensor.range
        let size = elementBytes[tensor.type]
        guard range.upperBound <= fileBytes - dataStart, (dataStart + range.lowerBound) % (size ?? 1) == 0 else {
            throw .badOffsets(
                name: name, begin: range.lowerBound, end: range.upperBound, dataBytes: fileBytes - dataStart)
        }
        guard let size else { return }
        var bytes = size
        for extent in tensor.shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else {
                throw .wrongLength(name: name, shape: tensor.shape, bytes: range.count)
            }
            bytes = product
        }
        guard bytes == range.count else { throw .wrongLength(name: name, shape: tensor.shape, bytes: range.count) }
    }

    /// Types whose length can be checked; of others only the place is.
    private static let elementBytes = [
        "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2, "I8": 1,
        "U8": 1, "BOOL": 1,
    ]

    private static func checkApart(_ tensors: [String: Tensor]) throws(SafetensorsError) {
        let ordered = tensors.filter { !$0.value.range.isEmpty }.sorted {
            ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
        }
        for (tensor, next) in zip(ordered, ordered.dropFirst())
        where tensor.value.range.upperBound > next.value.range.lowerBound {
            throw .overlap(name: tensor.key, other: next.key)
        }
    }
}

/// One member of the header. The member `__metadata__` has none of these.
private struct HeaderEntry: Decodable {
    let dtype: String?
    let shape: [Int]?
    let dataOffsets: [Int]?

    enum CodingKeys: String, CodingKey {
        case dtype, shape
        case dataOffsets = "data_offsets"
    }
}
