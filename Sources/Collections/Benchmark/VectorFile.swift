public import Foundation

/// Files of vectors as the field's benchmarks exchange them: for each row its length as int32, then its elements, all
/// little-endian; float32 in `.fvecs`, int32 in `.ivecs`.
public enum VectorFile {
    /// The rows of an `.fvecs` file, one after another.
    public struct Rows: Sendable {
        public let dimension: Int
        public let elements: [Float]
        public var count: Int { elements.count / dimension }

        public func row(_ index: Int) -> [Float] { Array(elements[index * dimension..<(index + 1) * dimension]) }
    }

    /// Reads an `.fvecs` file, at most `limit` rows of it.
    /// - Throws: `VectorFileError`, and what reading throws.
    public static func read(_ url: URL, limit: Int? = nil) throws -> Rows {
        let data = try Data(contentsOf: url, options: .alwaysMapped)
        guard data.count >= 4 else { throw VectorFileError(path: url.path, problem: "it has no row") }
        return try data.withUnsafeBytes { bytes in
            let dimension = Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: Int32.self)))
            let rowBytes = 4 + 4 * dimension
            guard (1...Kernels.dimensionMax).contains(dimension), data.count % rowBytes == 0 else {
                throw VectorFileError(
                    path: url.path, problem: "it is not whole rows of 1 to \(Kernels.dimensionMax) dimensions")
            }
            let count = min(data.count / rowBytes, limit ?? .max)
            var elements: [Float] = []
            elements.reserveCapacity(count * dimension)
            for row in 0..<count {
                let start = row * rowBytes
                guard Int(bytes.loadUnaligned(fromByteOffset: start, as: Int32.self)) == dimension else {
                    throw VectorFileError(path: url.path, problem: "row \(row) has not \(dimension) dimensions")
                }
                for index in 0..<dimension {
                    elements.append(bytes.loadUnaligned(fromByteOffset: start + 4 + 4 * index, as: Float.self))
                }
            }
            return Rows(dimension: dimension, elements: elements)
        }
    }

    /// Writes rows of equal length as an `.ivecs` file.
    public static func write(_ rows: [[Int32]], to url: URL) throws {
        var data = Data()
        for row in rows {
            for number in [Int32(row.count)] + row {
                withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        try data.write(to: url)
    }
}

/// A file that is not one of vectors.
public struct VectorFileError: Error, Equatable, CustomStringConvertible {
    public let path: String
    public let problem: String

    public var description: String { "\(path) cannot be read as vectors: \(problem)" }
}
